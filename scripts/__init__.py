"""The tools around the guide: tables, pages, runtime, set-up. Run them with `python -m` from the root."""
