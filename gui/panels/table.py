"""Which panels there are, in the order of the rail; each is imported when it is first needed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from gui.panels.base import Panel, Studio
from gui.texts import shell as texts


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """`module` and `name` of the class, so that the rail stands before any panel is imported."""

    id: str
    title: str
    icon: str
    module: str
    name: str

    def load(self) -> None:
        """Import what it needs; on any thread."""
        import_module(self.module)

    def make(self, studio: Studio) -> Panel:
        """The panel itself."""
        made = getattr(import_module(self.module), self.name)(studio)
        assert isinstance(made, Panel)
        return made


PANELS = (
    PanelEntry("sing", texts.SING, "sing", "gui.panels.sing", "SingPanel"),
    PanelEntry("isolate", texts.ISOLATE, "isolate", "gui.panels.isolate", "IsolatePanel"),
    PanelEntry("avatar", texts.AVATAR, "avatar", "gui.panels.avatar", "AvatarPanel"),
    PanelEntry("queue", texts.QUEUE, "queue", "gui.panels.queue", "QueuePanel"),
    PanelEntry("connection", texts.CONNECTION, "connection", "gui.panels.connection", "ConnectionPanel"),
    PanelEntry("models", texts.MODELS, "models", "gui.panels.models", "ModelsPanel"),
)
PANEL_IDS = tuple(entry.id for entry in PANELS)
