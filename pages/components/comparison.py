def curves_side_by_side(runs):  # type: ignore
    pass
def scores_side_by_side(runs):  # type: ignore
    pass
