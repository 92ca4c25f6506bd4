"""Web addresses in a line of text: what a spammer writes, and not what looks like it, such as "B.Com" or "Ph.D/J.D"."""

# ruff: noqa: RUF001 - letters that look like others end domains too

from __future__ import annotations

import re
import unicodedata

_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc "
    "cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb "
    "gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke "
    "kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu "
    "mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw "
    "sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz "
    "ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_GENERIC = (
    "academy agency app art asia associates attorney auction bar beauty best bet bid bio biz blog bond boutique build "
    "business buzz cafe cam care casino cfd chat church city click clothing cloud club coach codes com community "
    "company consulting cool coupons cyou date dating deals delivery dental dev diet digital direct directory "
    "download edu email equipment estate events exchange exposed express fans fashion finance financial fit fun fund "
    "futbol fyi gallery game games gdn gift global gold gov group guide guru hair health help homes host hosting "
    "house icu immo info ink institute insure jobs kim land law lawyer legal life limited link live loan loans lol "
    "love makeup market marketing media mobi mom money monster name net network news ninja one online onl ooo org "
    "page partners party pharmacy photo photography photos pics pink pizza place plus poker porn press pro "
    "productions promo properties pub quest red rent repair report rest review reviews rip rocks run sale sbs school "
    "science services sex sexy shoes shop shopping show singles site skin social software solutions space store "
    "stream studio style sucks support surf surgery systems team technology tel tips tires today tokyo tools top "
    "tours town toys trade training travel tube uno vacations vegas ventures vet video vip vision vodka vote voyage "
    "wang watch webcam website wedding wiki win wine work works world wtf xxx xyz yachts yoga zip zone"
)
_IN_SCRIPT = "рф рус онлайн сайт укр бел қаз срб мкд бг ею 中国 中國 在线 网址 网站 公司 香港 コム 닷컴"
_ENDS = "|".join(re.escape(end) for end in f"{_COUNTRIES} {_GENERIC} {_IN_SCRIPT}".split())
_MOST_CHARACTERS = 300
_TITLES = "dr|mr|mrs|ms|mx|st|ste|sr|jr|fr|sra|prof|rev|hon|sh|smt|md|mt|ing|med|dip|dipl|mag|ph|ll|ed"
"""What stands before a dot in names and degrees, and is no host: "dr.ma", "Dip.Com"."""
_LABEL = r"(?:\w{1,60}-+){0,5}[^\W_]{2,63}"  # ends in two characters at least: "B.Com" and "will.i.am" have one
_BEGINS = r"(?<![\w.-])(?:[\w-]{1,63}\.){0,5}"

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://|\b(?:https?|ftp|mailto):|\bwww\d?\.[^\W_]|\w@[\w-]+\.\w", re.IGNORECASE)
_HOST = re.compile(rf"{_BEGINS}(?!(?i:{_TITLES})\.){_LABEL}\.(?:{_ENDS}|xn--[a-z0-9-]+)(?![\w-]|\.\w)")
"""A host. Its end is in small letters: "Buy.com", and not "Jack.Ma" for "Jack Ma"."""
_CAPITAL_HOST = re.compile(
    rf"{_BEGINS}(?:[\w-]*[\d-][^\W_]{{2,63}}|[^\W_]{{5,63}})\.(?i:com|net|org|info|biz)(?![\w-]|\.\w)"
)
_SHORT_HOST = re.compile(r"\b(?:t\.me|t\.co|x\.com|m\.me|g\.co|v\.gd|s\.id|j\.mp)/\w", re.IGNORECASE)


def has_web_address(text: str) -> bool:
    """Whether a line contains what programs would make a link of, or an email address, in its first 300 characters."""
    plain = unicodedata.normalize("NFKC", text[:_MOST_CHARACTERS]).replace("。", ".")
    return any(pattern.search(plain) for pattern in (_SCHEME, _HOST, _CAPITAL_HOST, _SHORT_HOST))
