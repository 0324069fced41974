"""Pages that change while they are open: who watches is told that their page is another one now."""
