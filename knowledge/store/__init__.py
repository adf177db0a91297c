"""The only room that speaks SQL: the knowledge file and, beside it, the people file."""
