"""Sound on its way back: effect chains, the user's plugins, the mix, the bounce.

DawDreamer and plugins run in a child process only (`worker`), which is watched and ended when it hangs or crashes.
"""

from plugin_host.rendergraph.bounce import bounce
from plugin_host.rendergraph.chain_file import chain_id_for, keep_as, write_chain
from plugin_host.rendergraph.chains import Chain, EffectSettings, find_chain, list_chains, load_chain
from plugin_host.rendergraph.curves import Automation, Setting, parse_automation, parse_setting
from plugin_host.rendergraph.effects import EFFECTS, Effect, Parameter
from plugin_host.rendergraph.plugins import PluginUse, check_plugin, plugin_title
from plugin_host.rendergraph.preview import Preview, preview
from plugin_host.rendergraph.render import describe_plugin
from plugin_host.rendergraph.request import BounceRequest, BounceResult, Stem, Voice, parse_stem
from plugin_host.rendergraph.safety import Safety, guard
from plugin_host.rendergraph.stretch import stretch, stretched_s

__all__ = [
    "EFFECTS",
    "Automation",
    "BounceRequest",
    "BounceResult",
    "Chain",
    "Effect",
    "EffectSettings",
    "Parameter",
    "PluginUse",
    "Preview",
    "Safety",
    "Setting",
    "Stem",
    "Voice",
    "bounce",
    "chain_id_for",
    "check_plugin",
    "describe_plugin",
    "find_chain",
    "guard",
    "keep_as",
    "list_chains",
    "load_chain",
    "parse_automation",
    "parse_setting",
    "parse_stem",
    "plugin_title",
    "preview",
    "stretch",
    "stretched_s",
    "write_chain",
]
