"""The tables that let a free restatement be recognised: data only, no logic.

Contract: `CONCEPTS` maps a concept to the words that stand for it, in source code or in AICCL's English; two words of
one concept are the same word to the check. `PLUMBING` are callees whose loss misleads no reader (conversions, wrappers,
loop mechanics, logging). The other tables name what conditions, negations and empty values are called. A word is
written here in lower case, without `_`; what a table does not list must be stated by its own name.
"""

from __future__ import annotations

# One concept per line; an indented line goes on with the one before.
CONCEPTS = """
length len size count strlen cardinality sizeof cap arity num number numel
append push add insert put extend addall appendall pushback emplace emplaceback concat plus enqueue prepend unshift
  offer accumulate collect writestring
remove delete del discard drop destroy unset pop erase clear deleted removed shift without unlink omit rid minus
  evict forget
lower lowercase tolower tolowercase downcase lowered lowercased lc
upper uppercase toupper touppercase upcase uppercased uppered uc capitalize
strip trim trimmed stripped trimspace lstrip rstrip ltrim rtrim trimstart trimend trimleft trimright chomp stripping
  chop
split explode splitted parts tokens separated fields splitlines
join joined implode joining concatenated glue
sort sorted order ordered orderby sortby asort usort ksort ordering sortedby
reverse reversed rev backwards desc descending
contains contain includes include inarray has in indexof any containing exists containskey haskey member among
  belongs strpos find
startswith hasprefix starts start begins begin prefix startwith beginning prefixed leading
endswith hassuffix ends end suffix endwith ending trailing suffixed
replace sub gsub replaceall substitute strreplace replaced pregreplace swap translate substituted replacing
first head front find take one single next
last tail back final
map each foreach transform select mapped collect apply iterate every flatmap mapping all for
filter where select keep only filtered reject grep suchthat
reduce fold sum total aggregate inject accumulate summed
keys key getkeys names
values value vals
items entries pairs entryset entry
save create update insert store persist s write set upsert put
query get fetch find load read lookup q select retrieve all obtain filter where findone findby first
send emit dispatch publish post notify fire trigger
print println printf echo puts write output fprintf stdout stderr show
log logger logging warn warning info debug error logs logged trace verbose
raise throw error fail exception panic abort raises throws thrown err
close shutdown dispose release end closed free
open fopen opened opening
copy clone dup duplicate copied deepcopy tovec toowned cloned copyof
merge combine assign union update spread merged defaults
unique distinct uniq dedupe set deduped nodup
max maximum larger largest greatest most atmost biggest longest later latest
min minimum smaller smallest least atleast lowest earlier earliest
abs absolute magnitude
now date time today timestamp current currenttime
join path filepath joinpath
format sprintf formatted fmt formatting string str
parse parsed parsing decode decoded unmarshal deserialize loads parseint int
serialize encode encoded marshal dumps stringify json tojson
empty isempty blank none nil null missing absent nothing unset undefined zero nonempty notempty false falsy nullptr
  neither without isblank isnil isnull isnone
true truthy set present given exist ispresent exists issome some yes on
int integer toint parseint number intval atoi
bool boolean tobool
index indices position offset idx indexof at nth
new make create build construct instantiate init built
instanceof isinstance type istype kind is typeof
prevent preventdefault
keep retain
wait await sleep delay
start begin run launch spawn go
stop end halt cancel
child children kids nested inner
parent super owner
previous prev before prior old
next following after subsequent
argument arg args arguments params param parameter
option opts options opt
config configuration cfg conf
message msg messages text
request req
response resp res reply answer
context ctx
element el elem elt
callback cb fn func function
attribute attrs attr attributes
property prop props properties
directory dir folder
character char chars
quote quoted quotes escape escaped
default defaults fallback else otherwise
same equal equals eq equalto identical match matches
odd even
zip paired
range span upto
group grouped groupby
yield yields
none nobody
seconds sec secs
milliseconds ms millis
minute minutes mins
between within
error err errors exception exc throwable fails failure failed
object obj
number num
document doc
reference ref
description desc
temporary temp tmp
pointer ptr
buffer buf
database db
user users
instance inst
on addlistener addeventlistener once listen
unset delete drop forget remove
"""

# Callees that a view may leave unsaid: they change nothing a caller sees by themselves, or AICCL writes them as syntax.
PLUMBING = frozenset(
    """
    str string tostring int integer float double bool boolean list tuple dict set frozenset iter iterator intoiter
    collect into from as asref asmut asstr asbytes asslice asderef clone cloned copied toowned tovec tostr tolist
    toarray toset tomap unwrap expect ok some err none just of get valueof items keys entries entryset values stream
    parallelstream map filter foreach each range enumerate len length size count append push add pushback put format
    sprintf printf fprintf print println log debug info warn warning error trace exception verbose logger getlogger
    super repr hash isinstance isset empty isempty isnull isnone issome isok iserr ispresent notnull nonnull typeof
    type array object number char byte bytes slice rune vec box rc arc pin ref cell mutex new build builder apply
    call bind then catch finally next iterators cast dynamiccast staticcast reinterpretcast move forward begin end
    cbegin cend front back has contains includes containskey deref borrow borrowmut lock hasattr getattr min max abs
    sorted sort reversed zip any all sum join split trim strip lower upper tolowercase touppercase startswith
    endswith hasprefix hassuffix indexof replace concat equals isequal compareto hashcode tojson asiterable aslist
    asarray let also run with takeif use tobytes arrayfrom fromiter isarray keysof assign freeze copy deepcopy
    reserve emplace emplaceback withcapacity dothen usecallback usememo useref fragment errorf wrap wrapf newerror
    iferr is todo requirenonnull checknotnull assert parent constructor init optional ofnullable orelse orelseget
    orelsethrow getorelse unwrapor unwraporelse unwrapordefault okor okorelse maperr andthen flatmap flatten isblank
    isnotblank isnotempty hastext first last sizeof static intval strval floatval boolval arraymap arrayfilter
    arraykeys arrayvalues arraymerge inarray iterable asyncio toarraylist newarraylist newhashmap arraylist hashmap
    hashset linkedlist linkedhashmap treemap stringbuilder collections arrays objects tolower toupper trimspace
    makearray make cap copyof dup tos toi tof tosym toa toh presence nil present blank try tap dig fetch symbol sym
    fmt errors strings strconv std core withmessage withstack inspect key value current iteratorof pair tuplesize
    void promise resolve async await unused notused qunused releaseiterator dictreleaseiterator
    listreleaseiterator vastart vaend vsnprintf snprintf getchars
    """.split()
)

# Callees that only log, whatever they are called on, and the objects whose every call only logs. Texts and arguments of
# a log may go with it.
LOGGING = frozenset(
    """
    logger loge logd logi logw logv logf logdebug loginfo logwarn logwarning logerror logmessage println! eprintln!
    debug! info! warn! error! trace! consolelog consoleerror consolewarn debugprint vardump printr serverlog
    """.split()
)
LOG_OBJECTS = frozenset(
    """
    log logger logging logs console tracing slog klog glog zap l4g plog serverlog syslog timber logrus mlog clog
    xlog hclog elog llog oplog lg
    """.split()
)

NIL = frozenset("None nil null NULL nullptr undefined NaN".split())
FALSE = frozenset("False false FALSE".split())
TRUE = frozenset("True true TRUE".split())

# A call or member of these names, as a condition, is about presence: +1 holds when there is something.
PRESENCE = {
    "isempty": -1, "empty": -1, "isblank": -1, "isnull": -1, "isnone": -1, "isnil": -1, "iserr": -1, "isabsent": -1,
    "isnotempty": 1, "isnotblank": 1, "ispresent": 1, "issome": 1, "isok": 1, "isset": 1, "hastext": 1, "nonnull": 1,
    "notempty": 1, "haslength": 1, "isnullorempty": -1, "isnullorwhitespace": -1, "isnan": -1, "any": 1, "exists": 1,
    "blank": -1, "nil": -1, "present": 1, "none": -1, "isdefined": 1, "isundefined": -1, "iszero": -1,
    "isnullorblank": -1,
    "isnotnull": 1, "length": 1, "len": 1, "size": 1, "count": 1, "bool": 1, "boolean": 1,
}  # fmt: skip

# English that turns a condition round, and English that only says that something holds.
NEGATIVE = frozenset(
    """
    not no non none empty missing absent unless without unset neither nor falsy never nil null lacks blank zero
    nonexistent isn't fail fails failed failing err differ differs different unequal false undefined except unlike
    nothing
    """.split()
)
POSITIVE = frozenset("set present given nonempty truthy exists some ok true defined any".split())

# English and AICCL words that are no names: never invented, never evidence.
STOP = frozenset(
    """
    a an the of and or not no is in to by with each its for same else from then any has it all both as unless one
    where only if at up on into over less neither whose but those own either place that this they their be are was
    than also too out so when while until per via every other others rest itself them these once do does done did
    none nor yet likewise such still just most more very can may
    """.split()
)

# Words of AICCL-1 itself and of its base map: a view may write them over any source.
LANGUAGE = frozenset(
    """
    s q d v t f self this cls super true false nil null none undefined new not and or in is as if else elif for
    while do try with match fail log quirk state effect group by first last sum count any all min max len sorted
    joined reversed each go defer fin finally catch throw await async yield return raise break continue static
    override abstract final const let var val fun func def fn unsafe del delete assert global nonlocal lock echo
    print get set ok some constructor int str string bool float double long char byte bytes void object list dict
    map array
    tuple number option optional result vec box error exception typeof instanceof bnot default case fallthrough pass
    of from where distinct unique keep drop filter reduce range lambda it e i j k n x y z a b c p m h r g l o u w
    """.split()
)

# How sources spell the HTTP statuses that a view writes as numbers (lower case, as they stand).
STATUS = {
    "200": ("ok", "200"), "201": ("created",), "202": ("accepted",), "204": ("nocontent", "no_content"),
    "301": ("moved", "redirect"), "302": ("redirect", "found"), "303": ("seeother", "see_other"),
    "304": ("notmodified", "not_modified"),
    "400": ("badrequest", "bad_request"), "401": ("unauthorized", "unauthenticated"), "402": ("paymentrequired",),
    "403": ("forbidden", "permissiondenied", "accessdenied"), "404": ("notfound", "not_found", "404", "orfail"),
    "405": ("methodnotallowed", "method_not_allowed", "notallowed"), "409": ("conflict",), "410": ("gone",),
    "413": ("toolarge", "too_large"), "415": ("unsupportedmedia",), "422": ("unprocessable", "validat"),
    "429": ("toomany", "too_many"), "500": ("internal", "servererror"), "501": ("notimplemented", "not_implemented"),
    "502": ("badgateway", "bad_gateway"), "503": ("unavailable",), "504": ("gatewaytimeout",),
}  # fmt: skip

# Library functions that only give a value: free views say them in words or leave them to the reader. A name that starts
# with one of `VALUE_HEADS` gives a value too.
VALUES = frozenset(
    """
    substring substr charat charcodeat codepointat slice splice fill compare compareto localecompare abs floor ceil
    round pow sqrt trunc fmod min max sum avg gettime now today since until sub getmilliseconds toisostring
    isoformat strftime format formatted parse parseint parsefloat atoi itoa strtol strtod strlen strchr strrchr
    strstr strcmp strncmp strcasecmp strncasecmp memcmp memcpy memmove memset arraycopy copyfromslice
    extendfromslice extend insert unshift shift pop resize drain truncate concat join split repeat padstart padend
    padleft padright lstrip rstrip ltrim rtrim trimstart trimend trimleft trimright trimprefix trimsuffix cut chars
    bytes lines words cstr data at nth peek elementat find findindex findlast indexof lastindexof count counter
    countby distinct unique uniq difference intersection intersect union symmetricdifference except chain
    fromiterable product groupby aggregate average any all none some every where select selectmany orderby
    orderbydescending thenby skip take takewhile skipwhile step stepby windows chunks rev reversed reverse sort
    sortby usort ksort array shuffle flatten compact charcount codepoints isdigit isalpha isalnum isupper islower
    isspace iswhitespace isletter isnumeric isnan isfinite isinteger isfunction isstring isobject isplainobject
    isboolean isnumber issubclass isinstanceof isassignablefrom getclass gettype typeid typename cast float64
    float32 int64 int32 int16 int8 uint64 uint32 uint16 uint8 uint uintptr pointer byte rune complex double long
    short decimal bigint toint tolong todouble tofloat tobyte toshort tochar todecimal tofixed toprecision tonumber
    toboolean valueof parsebool encodeuricomponent decodeuricomponent encodeuri decodeuri quote unquote escape
    unescape capitalize titlecase title ucfirst lcfirst camelcase snakecase kebabcase startcase humanize pluralize
    singularize underscore dasherize stringify dumps loads marshal unmarshal emptylist emptymap emptyset
    singletonlist singleton singletonmap of newarray newlist newmap newset linkedlist hashmap arraylist hashset
    treemap vec default defaultdict ordereddict namedtuple partial getattr setattr delattr hasattr callable vars dir
    duration timedelta timestamp datetime date time utc astimezone combine plusdays minusdays adddate seconds
    minutes hours after before iszero isvalid elem interface kind numfield field addr indirect deepequal errorf
    newerror formatwith implode explode sprintf vsprintf arraymap arrayfilter arraymerge arraykeys arrayvalues
    arrayshift arraypop arraypush arrayslice arrayunique arraysearch arraycolumn arrayflip arraykeyexists issetor
    isarray iscallable strtolower strtoupper strreplace strpos substrcount ucwords pregmatch pregreplace pregsplit
    pregquote strsplit strrepeat mbstrtolower mbsubstr mbstrlen nl2br htmlspecialchars respondto isa kindof
    instanceof tosym tos toi toa toh tof to_proc freeze dup presence blank present nil usestate useref usememo
    usecallback usereducer usecontext unreachable recover listrewind listnext listnodevalue listlength dictsize
    sdslen tostringz lazy delay iterate generate zipwith unzip thead tbody tr td th div span p ul li b i br hr h1 h2
    h3 h4 h5 h6 strong em small section article label table fragment setdefault containsvalue putifabsent
    getordefault computeifabsent merge stringbuilder writestring tochararray equalsignorecase matches foreachindexed
    forin forown foreachentry pipe cfg sethours setminutes setseconds setdate settime setmonth setfullyear topathbuf
    aspath asosstr toosstring intostring toascii tostringlossy asslice asmutslice match matchall reduce reduceright
    index rindex strcpy strncpy strcat strdup putall mostcommon methodexists propertyexists functionexists
    classexists deque heappush heappop bisect goto struct static defer func lambda begin loop proc catch handle chan
    """.split()
)
CASTS = frozenset(
    """
    float64 float32 int64 int32 int16 int8 uint64 uint32 uint16 uint8 uint uintptr byte rune double long short decimal
    bigint todouble tofloat tolong toint tostring pointer unsafe
    """.split()
)
"""Conversions of a number or a pointer, which a view may leave out."""
VALUE_HEADS = (
    "get",
    "is",
    "has",
    "to",
    "as",
    "from",
    "with",
    "new",
    "can",
    "should",
    "of",
    "into",
    "find",
    "list",
    "count",
    "num",
    "array",
    "str",
)

# Calls that only build an HTTP answer: `^404 {..}` says as much.
ANSWERS = frozenset(
    """
    response jsonresponse httpresponse httpresponseredirect status sendstatus json send end ok created notfound
    badrequest nocontent servererror entity build responseentity abort redirect unauthorized forbidden conflict
    accepted statuscode writeheader jsonify body noncontent streamingresponse plaintextresponse abortwithstatus
    abortwithstatusjson string indentedjson problem content statuscoderesult view render makeresponse
    httpresponsenotfound httpresponsebadrequest httpresponseforbidden http404 httpexception internalservererror
    unprocessableentity finish reply tojson respond responsejson newresponse type header headers contenttype
    setstatus
    """.split()
)

# Words that types and syntax bring into a view without making it English.
TYPE_WORDS = frozenset(
    """
    class array string int integer float bool boolean list map dict object void long char byte double number any
    callable mixed iterable type types self this err error function func fn struct enum interface i32 u8 u16 u32 u64
    usize i64 f32 f64 str size_t unsigned const static mut ref record tuple set option result vec box rc arc promise
    """.split()
)

# Calls that register a route: `R:GET /path` says as much.
ROUTERS = frozenset(
    """
    get post put delete patch options head handle handlefunc methodfunc method route any all match add addroute
    group resource mapget mappost mapput mapdelete map
    """.split()
)
