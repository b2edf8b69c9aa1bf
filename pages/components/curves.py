def curves(run, metrics):  # type: ignore
    pass
