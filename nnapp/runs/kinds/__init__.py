"""What a worker can do, one file each. Keras is loaded inside their functions only."""
