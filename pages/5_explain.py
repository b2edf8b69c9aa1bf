import streamlit as st
st.title("5_explain")
st.button("x", type="primary")
st.metric("Accuracy", "83.5 %")
