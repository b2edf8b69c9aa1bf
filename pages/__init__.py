"""The pages of the app: each asks, calls the library and shows; `components` holds what they share."""
