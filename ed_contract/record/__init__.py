"""What was sent and what came, as files: our own records and those that others write. Judges and sends nothing."""
