"""What was sent and what came back, as files: our own records and those of others. Judges and sends nothing."""
