"""Where the broken servers are noted."""


BROKEN = {}


def bug(sentence):
    def note(cls):
        name = "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).strip("_")
        assert name not in BROKEN
        BROKEN[name] = (cls, sentence)
        return cls
    return note
