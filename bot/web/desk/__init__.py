"""The desk: pages for staff at /desk, and the two that members have too, /draft and /account."""
