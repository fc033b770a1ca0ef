"""The DAW side: what runs in and beside the DAW.  No Qt, no models."""
