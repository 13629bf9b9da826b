"""Every word sent to a chat model, and the claims it sends back."""
