"""Is a message about the texts, about the bot, or small talk? A learned judge, for the rest."""
