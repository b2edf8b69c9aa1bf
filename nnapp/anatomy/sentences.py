"""What each sort of layer does, in one sentence, for a person who is learning."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "InputLayer": "Takes the example in.",
    "Dense": "Every unit weighs all numbers that come in.",
    "EinsumDense": "Weighs numbers along some of the axes, the same way at every place.",
    "Embedding": "Looks up a learned list of numbers for each word or category.",
    "Conv1D": "Slides a small window along the series and looks for learned patterns.",
    "Conv2D": "Slides a small window over the picture and looks for learned patterns.",
    "DepthwiseConv2D": "Slides a window over each channel apart, which takes few weights.",
    "DepthwiseConv1D": "Slides a window along each channel apart, which takes few weights.",
    "SeparableConv1D": "Slides a window along each channel apart, then mixes the channels.",
    "SeparableConv2D": "Slides a window over each channel apart, then mixes the channels.",
    "Conv2DTranspose": "Spreads every number over a small window: a convolution the other way round.",
    "MaxPooling1D": "Keeps the largest number of each small stretch.",
    "MaxPooling2D": "Keeps the largest number of each small window: a smaller map of what was found.",
    "AveragePooling1D": "Averages each small stretch.",
    "AveragePooling2D": "Averages each small window: a smaller map of what was found.",
    "GlobalAveragePooling1D": "Averages over the whole length: what was found, not where.",
    "GlobalAveragePooling2D": "Averages over the whole picture: what was found, not where.",
    "GlobalMaxPooling1D": "Keeps the largest number over the whole length: whether it was found anywhere.",
    "GlobalMaxPooling2D": "Keeps the largest number over the whole picture: whether it was found anywhere.",
    "BatchNormalization": "Brings each channel to the same range over the batch, which steadies learning.",
    "LayerNormalization": "Brings each example's numbers to the same range, which steadies learning.",
    "GroupNormalization": "Brings groups of channels to the same range, which steadies learning with small batches.",
    "Activation": "Bends the numbers, without which layers could only draw straight lines.",
    "ReLU": "Turns negative numbers to zero: the bend without which layers could only draw straight lines.",
    "LeakyReLU": "Shrinks negative numbers: the bend without which layers could only draw straight lines.",
    "Softmax": "Turns numbers into shares of one.",
    "Dropout": "Hides some numbers while it learns, so that none is relied upon.",
    "SpatialDropout1D": "Hides whole channels while it learns, so that none is relied upon.",
    "SpatialDropout2D": "Hides whole channels while it learns, so that none is relied upon.",
    "GaussianNoise": "Adds chance while it learns, so that small differences do not matter.",
    "Flatten": "Writes all numbers in one row.",
    "Reshape": "Arranges the same numbers otherwise.",
    "Permute": "Changes the order of the axes.",
    "RepeatVector": "Repeats the numbers for every step.",
    "LSTM": "Reads step by step with a memory that it learns to keep and to clear.",
    "GRU": "Reads step by step with a small memory: an LSTM with fewer weights.",
    "SimpleRNN": "Reads step by step and remembers the last step only.",
    "Bidirectional": "Reads forwards and backwards and puts the two together.",
    "TimeDistributed": "Does the same at every step.",
    "MultiHeadAttention": "Lets every place look at all others and take over what matters to it.",
    "Attention": "Lets every place look at all others and take over what matters to it.",
    "Add": "Adds what comes in, so that a block need only learn a correction.",
    "Multiply": "Multiplies what comes in, number by number.",
    "Average": "Averages what comes in.",
    "Concatenate": "Puts what comes in side by side.",
    "Rescaling": "Brings pixels into the range that the layers expect.",
    "Normalization": "Brings numbers into the range that the layers expect.",
    "Resizing": "Brings the picture to another size.",
    "ZeroPadding1D": "Adds a margin of zeros.",
    "ZeroPadding2D": "Adds a margin of zeros.",
    "Cropping2D": "Cuts a margin off.",
    "UpSampling2D": "Repeats pixels to make the picture larger.",
    "Functional": "A network of its own inside this one.",
    "Sequential": "A network of its own inside this one.",
    "Operations": "Fixed arithmetic between the layers, such as preparing the numbers; nothing in it is learned.",
}


def sentence_of(kind: str) -> str:
    """What a layer of this kind does.

    >>> sentence_of("RandomFlip")
    'Changes training examples by chance; does nothing when the network answers.'
    """
    if kind.startswith("Random"):
        return "Changes training examples by chance; does nothing when the network answers."
    return SENTENCES.get(kind, "A layer of Keras.")
