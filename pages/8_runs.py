import streamlit as st
st.title("8_runs")
st.button("x", type="primary")
st.metric("Accuracy", "83.5 %")
