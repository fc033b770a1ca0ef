"""Small messages over OSC: the table of addresses, server, client, and what keeps strangers out."""
