"""Where the broken servers are noted."""


BROKEN = {}


def bug(name, sentence):
    def add(cls):
        assert name not in BROKEN
        BROKEN[name] = (cls, sentence)
        return cls
    return add


def changed(p, **members):
    return {**p, **members}
