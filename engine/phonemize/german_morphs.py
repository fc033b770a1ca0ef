"""Where German words divide into parts, and what about their spelling does not show their sound.

Parts matter: a part's end is said hard (Land|schaft, lieb|lich), its beginning with sh (ver|stehen), its vowels as
in a word of its own.  Respelling marks a vowel as long (macron) or short (breve) where the rules would err.
"""

from __future__ import annotations

import re

_VOWELS = "aeiouyäöüāēīōūǟȫǖăĕĭŏŭ"
_ONSET_LETTERS = (
    "b bl br c ch chr d dr f fl fr g gl gn gr h j k kl kn kr l m n p pf pfl pfr ph pl pr qu r rh s sch schl schm schn "
    "schr schw sk sp spl spr st str t th thr tr tsch v vr w wr z zw"
)
_ONSETS = frozenset(_ONSET_LETTERS.split())
_WEAK_PREFIXES = ("emp", "ent", "ver", "zer", "be", "er", "ge", "miss", "miß")
_PREFIXES = (
    "zusammen", "zurück", "gegen", "hinter", "wieder", "wider", "unter", "über", "durch", "herum", "herauf", "heraus",
    "herab", "heran", "herein", "hervor", "herbei", "hinab", "hinauf", "hinaus", "hinan", "hinein", "hinweg", "empor",
    "entgegen", "dahin", "daher", "davon", "vorbei", "vorüber", "voran", "voraus", "umher", "einher", "überall",
    "fort", "nach", "auf", "aus", "bei", "ein", "her", "hin", "los", "mit", "vor", "weg", "dar", "ab", "an", "um",
    "un", "ur", "zu", "all", "da", "wo",
)  # fmt: skip
_WHOLE = re.compile(
    r"abend|aber|abt|ander|anker|angel|angst|ans?$|antwort|antlitz|und|uns|unter$|uhr|ufer|ein$|ein[es]|einig|einzig"
    r"|her[rzb]|herd|herold|hin[td]|mitt|nacht|zug|zunge|vorn|wege?n?$|losen|allein|alle|dar[fb]|daß|dan[nk]|das|daue"
    r"|dat|dam|dach|woge|woche|wohl|wohn|wolk|woll|wort|wolf|wonn|wort|auge|augu|ausse|umso|urn|zucht|zuck|zügel|beid"
    r"|bein|beisp|beiß|gegend|bess|best[en]|bett|beet|berg|beth|genius|general|genie|gest(ern|ade)|gespenst$|unke|ahn"
    r"|erst|ernst|erde|erbe|erz$|erker|gern|vers$|verse|vergiss$|aust|anmut$|abb[ae]|anna|ana|anal"
)
_SUFFIXES = (
    "schaft", "lichkeit", "losigkeit", "igkeit", "keit", "heit", "lich", "nis", "niß", "sam", "bar", "los", "haft",
    f"(?:(?<=[^{_VOWELS}s])|(?<=[äö]us)|(?<=[äö]s)|(?<=ss))chen", "lein", "tum", "thum", "ling", "wärts", "voll",
    "mals", "mal", "reich", "würdig", "gleich", "weis", "weise",
)  # fmt: skip
_ENDINGS = r"(?:e|en|er|es|em|s|er?e[nrsm]?|ste[nrsm]?|st|sten|t|se|sen|ses)?"
_SUFFIXED = re.compile(rf"^(.*[{_VOWELS}].*?)((?:{'|'.join(_SUFFIXES)}){_ENDINGS})$")
_UNSUFFIXED = re.compile(
    r"klein$|allein|^ein(mal)?$|gleich|sammel|samml|balsam|zusamm|gesamt|langsam$|reich$|weis|mal(e[nr]?|t)$"
)

_PART_WORDS = """
abend abends augen auge arm baum blatt blumen blüten berg bergs bild brand braut brief brot brücken brüder brust
bunt burg busen dank donner dorf drei dunkel edel ehren eis engel engels erden ernte ewig fahr feder fein feier
feld fels fenster fern fest feuer flug fluss fluß flut frei fremd freuden freund freundes frieden friedens frisch
froh frucht früh frühling frühlings fuß garten gast gebirgs geist geistes gemein glanz glas glieder glocken glück
glücks gold goldes gott gottes grab grabes gras groß grün grund gut haar halb hals hand haupt haus heide heil
heiden heim heimat herbst herz herzens herz himmel himmels hirsch hirten hoch hof hoff horn jahr jahres jagd jäger
jammer jugend jung kampf keller kind kinder kindes kirch kirchen klage klang kleid könig königs kopf kraft kranz
kreuz krieg kriegs kummer kuss kuß lager lamm land landes lang laub laut lebe lebens leib leicht leid leiden
lenz leucht licht lichter lieb liebes liebe lied lieder linden lob luft lust mädchen mai mal mann manns märchen
mauer meer meeres menschen minne mitter mittag mittags mitten mond mondes monden morgen mühl mühlen mund musik mut
mutter nacht nachtigall nächte nebel nest not öd ohn ost paar perlen pfad pracht quell rand rath raum regen reich
reiter ring ritter rosen rose rot ruhe rund sanft sang schatten schein schiff schlaf schlacht schloss schloß schmerz
schmerzens schnee schön schwarz schwert see seelen sehn segens seiden seiten selig sing sinn sommer sonnen sonn
sonntag spiel stadt staub stein stern sternen stich still stimm stolz strahl strahlen strand straßen streit strom
stück stunden sturm süd süß tag tages tal tanz tau tauben tausend teufel tief tier ton tor tot todes toten tränen
traum treu trost trüb tür über vater vaters vögel vogel volk volks voll wachs wald waldes wall wander wang warm
wasser weg weh weib weih wein weiß weit wellen welt welten wetter wiege wiegen wiesen wild wind winter wipfel
wolken wonne wort wunder wunsch zahl zart zauber zeit zelt zimmer zorn zweig zwei zwie landwirt rück mitglied wirk
"""
_PARTS = frozenset(_PART_WORDS.split())
_SHORTEST, _LONG_PART = 3, 4

_SHORT = (
    "das was es des wes hat mit bin hin bis in an von man un im am vom zum um ob ab ins ans drin dran drum darum warum "
    "herum woran daran darin worin dahin wohin komm"
)
_SHORT_WORDS = frozenset(_SHORT.split())
"""Short, though only one consonant follows."""
_LONG = (
    "der er wer den dem wem wen erst erd erden erde werd werden pferd herd schwert wert art bart zart geburt burt buch "
    "büch tuch tüch fluch flüch such kuchen hoch höch höchst nächst sprach spräch brach gespräch stach schmach nach "
    "vogt mond trost tröst kloster oster wüst husten schuster wusch nisch krebs städt rätsel räthsel obst zwar "
    "harz quarz beschwerd fährt gefährt behörd geberd gebärd spart lebt"
)
_LONG_STEMS = tuple(_LONG.split())
"""Beginnings of parts whose first vowel is long, though more than one consonant or ch follows."""
_LONG_WORDS = "der er wer den dem wem wen hoch nach brach sprach stach art bart zart zwar"
_LONG_WHOLE = frozenset(_LONG_WORDS.split())
_MACRON = {"a": "ā", "e": "ē", "i": "ī", "o": "ō", "u": "ū", "ä": "ǟ", "ö": "ȫ", "ü": "ǖ"}
_BREVE = {"a": "ă", "e": "ĕ", "i": "ĭ", "o": "ŏ", "u": "ŭ", "ä": "ä", "ö": "ö", "ü": "ü"}
_FIRST_VOWEL = re.compile(r"[aeiouäöü]")

_RESPELLED = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        # v that is not f
        (r"^(kla|pri|no|re|pro|uni|sal|skla|akti|ad|e)v(?=[aeiou])", r"\1w"),
        (r"^v(?=as|io|en[eiu]|ill|irt|olu|is|ent|ari|ulk|er[io]n)", "w"),
        # chs that is ks, ch that is k
        (r"(s?w[aäeu]|f[uü]|[oö]|l[au]|b[üu]|d[ea]|fla|dre|se)chs(?!t)", r"\1ks"),
        (r"^wächst", "wäkst"),
        (r"^ch(?=[aloör])", "k"),
        (r"orchest", "orkest"),
        # foreign endings
        (r"tion", "ziōn"),
        (r"(?<=s)ion", "iōn"),
        (r"^(lil|famil|petersil|graz|tragöd|komöd|lin|fer|as|span|ital|akt|mumm|stud)ie(?=$|n|r)", r"\1i-e"),
        (r"eur$", "ör"),
        (r"^jo(?=ha)", "jō'"),
        (r"genie", "schenie"),
        (r"ingenieur", "inschenjör"),
        (r"restaurant", "restorang"),
        (r"saison", "sesong"),
        (r"^ave", "āwē"),
        # as once was written
        (r"(?<=[aeo])y(?![aou])", "i"),
        (r"th(?!ee)", "t"),
    )
)


def parts_of(word: str) -> list[str]:
    """The parts of a word (lower case letters, ß, umlauts), respelled."""
    return [_respelled(part) for part in _divided(word) if part]


def _divided(word: str) -> list[str]:
    if len(word) < 2 * _SHORTEST - 1:
        return [word]
    if found := _compound(word):
        return found
    for prefix in _PREFIXES:
        if word.startswith(prefix) and not _WHOLE.match(word) and _can_stand(word[len(prefix) :]):
            return [prefix, *_divided(word[len(prefix) :])]
    for prefix in _WEAK_PREFIXES:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and not _WHOLE.match(word) and _can_stand(rest) and not _swallows(prefix, rest):
            return [prefix + "'", *_divided(rest)]
    return _without_suffix(word)


def _compound(word: str) -> list[str] | None:
    """Two known parts, or a known first part and something that can stand alone."""
    cuts = range(len(word) - _SHORTEST, _SHORTEST - 1, -1)
    for cut in cuts:
        first, rest = word[:cut], word[cut:]
        if first in _PARTS and _known_end(rest):
            return [first, *_divided(rest)]
    for cut in cuts:
        first, rest = word[:cut], word[cut:]
        if first in _PARTS and len(first) > 3 and len(rest) > 3 and _can_stand(rest) and _is_clean_cut(rest):
            return [first, *_divided(rest)]
    for cut in range(_LONG_PART, len(word) - _LONG_PART + 1):
        if _known_end(word[cut:]) and _can_stand(word[:cut]) and word[:cut] not in _PREFIXES:
            return [*_divided(word[:cut]), word[cut:]]
    return None


def _known_end(rest: str) -> bool:
    return any(rest.removesuffix(ending) in _PARTS for ending in ("", "e", "en", "er", "es", "s", "n", "ern", "em"))


def _is_clean_cut(rest: str) -> bool:
    """No ending or suffix is mistaken for a second part."""
    return not re.match(r"(er|en|es|em|ung|ig|isch|in|ier|e)", rest) and not re.match("|".join(_SUFFIXES), rest)


def _without_suffix(word: str) -> list[str]:
    match = _SUFFIXED.match(word)
    if match and len(match.group(1)) >= _SHORTEST - 1 and not _UNSUFFIXED.search(word):
        return [match.group(1), match.group(2)]
    return [word]


def _can_stand(rest: str) -> bool:
    """Begins as a word may, and has a vowel that is more than a weak e."""
    match = re.match(rf"([^{_VOWELS}]*)([{_VOWELS}].*)$", rest)
    if not match or (match.group(1) and match.group(1) not in _ONSETS):
        return False
    weak = re.fullmatch(r"e(?:[nrlmstd]|r[nst]|l[nst]|n[dst]|s?t|nde?[nrms]?)?", match.group(2))
    return not weak


def _swallows(prefix: str, rest: str) -> bool:
    """be and ge before i or u are the beginning of ei, eu."""
    return prefix in {"be", "ge"} and rest[0] in "iu"


def _respelled(part: str) -> str:
    for pattern, by in _RESPELLED:
        part = pattern.sub(by, part, count=1)
    if part in _SHORT_WORDS:
        return _FIRST_VOWEL.sub(lambda match: _BREVE[match.group()], part, count=1)
    if part in _LONG_WHOLE or any(_begins(part, stem) for stem in _LONG_STEMS):
        return _FIRST_VOWEL.sub(lambda match: _MACRON[match.group()], part, count=1)
    return part


def _begins(part: str, stem: str) -> bool:
    """Whether `part` is an inflected form of a stem: no other consonant follows the stem's own."""
    return stem not in _LONG_WHOLE and part.startswith(stem) and re.match(r"$|[eistl]", part[len(stem) :]) is not None
