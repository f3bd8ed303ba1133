"""Where the files of figures and words lie, from the root of the repository."""

LIMITS = "data/limits.yaml"
SOURCES = "data/sources.yaml"
CONTACTS = "data/contacts.yaml"
CHANGES = "data/changes.yaml"
GLOSSARY = "data/glossary.yaml"
LOCK = "data/closed-years.lock"
