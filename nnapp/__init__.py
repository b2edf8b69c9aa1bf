"""nnapp: upload data, train a network, judge it, ask it why, download a file that answers as the app did.

Importing this package loads neither TensorFlow nor Keras nor shap; only workers do.
"""

__version__ = "0.1.0"
