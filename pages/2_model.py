import streamlit as st
st.title("2_model")
st.button("x", type="primary")
st.metric("Accuracy", "83.5 %")
