import streamlit as st
st.title("7_use")
st.button("x", type="primary")
st.metric("Accuracy", "83.5 %")
