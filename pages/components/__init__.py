"""What the pages share. Only here and in the pages is Streamlit imported."""
