"""Other ways into the same texts: timelines, meetings, and their listings."""
