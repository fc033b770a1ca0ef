"""The bridge to DAWs as the window sees it: found or started, heard, asked and left again."""

from gui.bridge_link.link import BridgeLink
from gui.bridge_link.rolling import Rolling
from gui.bridge_link.seen import BridgeState, DawSeen, Exchange

__all__ = ["BridgeLink", "BridgeState", "DawSeen", "Exchange", "Rolling"]
