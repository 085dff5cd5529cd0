"""Servers that keep books but whose clock proves nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from common.books import OTHERS, Books


class OlderByName(Books):
    """Already has an hour-old destination for each name, which otherwise is as requested."""

    def instead(self, params):
        """Answer with what was there."""
        place = sum(map(ord, str(params["name"]))) % len(OTHERS)
        return self.document(params, OTHERS[place], created=self.now() - timedelta(hours=1))


class ConstantClock(Books):
    """Has a clock that stands still, so that other people's destinations are as old as ours."""

    def now(self):
        """Return the one moment that it knows."""
        return datetime(2025, 1, 1, tzinfo=UTC)

    def instead(self, params):
        """Give another's now and then."""
        return None if self.creates % 7 else self.document(params, OTHERS[self.creates % len(OTHERS)])


class ConstantDate(Books):
    """Sends the Date of a year ago each time, and returns destinations created since."""

    def date(self):
        """Return the one Date that it knows."""
        return "Wed, 01 Jan 2025 00:00:00 GMT"

    def instead(self, params):
        """Give another's now and then."""
        if self.creates % 7:
            return None
        return self.document(params, OTHERS[self.creates % len(OTHERS)], created=self.now() - timedelta(days=30))


class NoDate(OlderByName):
    """Sends no Date header, and sometimes returns older destinations."""

    def date(self):
        """Return nothing."""

    def instead(self, params):
        """Give an older one now and then."""
        return None if self.creates % 7 else super().instead(params)


class UnreadableDate(NoDate):
    """Sends an invalid Date header."""

    def date(self):
        """Return a word."""
        return "yesterday"


class LocalTime(Books):
    """Writes the time of a zone two hours ahead as if it were UTC, and returns what was created an hour ago."""

    def document(self, params, name, *, created=None):
        """Write `created` two hours ahead."""
        return super().document(params, name, created=(created or self.now()) + timedelta(hours=2))

    def instead(self, params):
        """Give an older one now and then."""
        if self.creates % 7:
            return None
        return self.document(params, OTHERS[self.creates % len(OTHERS)], created=self.now() - timedelta(hours=1))


class AnotherClock(Books):
    """Has a clock that is a little more than a day behind ours."""

    def now(self):
        """Return the time there."""
        return datetime.now(UTC) - timedelta(days=1, seconds=17)
