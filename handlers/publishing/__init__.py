"""Publishing in a conversation: a file or a pasted text -> a draft and its report -> published or discarded."""
