" Colours for AICCL: tags, units, flow marks, strings. The language is docs/language.md; a line's beginning decides most.

if exists('b:current_syntax')
  finish
endif

syntax case match

syntax region aicclTag start=+^\s*</\?comp:\w\++ end=+>+ contains=aicclAttribute,aicclTagValue keepend oneline
syntax match aicclAttribute +\<\(lang\|path\|level\|uses\|id\|name\)\ze=+ contained
syntax region aicclTagValue start=+"+ end=+"+ contained oneline

syntax region aicclString start=+"+ skip=+\\\\\|\\"+ end=+"+ contains=aicclHole,aicclEscape oneline
syntax region aicclString start=+'+ skip=+\\\\\|\\'+ end=+'+ contains=aicclHole,aicclEscape oneline
syntax region aicclString start=+`+ skip=+\\\\\|\\`+ end=+`+ contains=aicclHole,aicclEscape
syntax match aicclEscape +\\\(x\x\x\|u\x\{4}\|.\)+ contained
syntax match aicclHole +{[^{}"']*}+ contained

syntax match aicclNumber +\<\d[0-9_]*\(\.\d\+\)\?\([eE][-+]\?\d\+\)\?\>+
syntax match aicclNumber +\<0[xX]\x\+\>+

" F:name( C:Name M:Name E:Name I:Name K:NAME T:Name, each with what may stand before it.
syntax match aicclMark +\(^\|[{;]\)\s*\(\(static\|override\|abstract\|final\)\s\+\)*\zs\~\?[FCIMEKT]:\ze\k+ nextgroup=aicclUnit
syntax match aicclUnit +\k[[:alnum:]_.:#]*+ contained
syntax match aicclRoute +\(^\|[{;]\)\s*\zsR:\(GET\|POST\|PUT\|PATCH\|DELETE\|HEAD\|OPTIONS\|ANY\)\?\s*\S\{-}\ze[{ ]+
" A unit that stands alone: name(params), then perhaps ->Type, at the beginning of a line and nothing else on it.
syntax match aicclUnit +^\~\?\zs[[:alpha:]_][[:alnum:]_.]*\ze([^;]*)\(->[^;{]*\)\?\("[^"]*"\)\?$+
syntax match aicclDecorator +@[[:alpha:]_][[:alnum:]_.]*+

syntax match aicclReturn +\^\^\|\^!\|\^+
syntax match aicclBind +<-\|->\|>>\@!+
syntax match aicclBranch +[?|!]+
syntax match aicclAwait +\~+
syntax match aicclReceiver +\(^\|[^[:alnum:]_)\]}"'?]\)\zs\.\ze[[:alpha:]_]+
syntax match aicclType +:\zs[sifbdao]\>[?!#]\?+

syntax match aicclKeyword +\<\(and\|or\|not\|bnot\|in\|is\|if\|else\|for\)\>[=.]\@!+
syntax match aicclKeyword +\<\(try\|err\|fin\|do\|match\|with\|go\|defer\)\>\({\| \+[^ =]\)\@=+
syntax match aicclKeyword +\<\(fail\|use\|import\|from\|as\|goto\|yield\|break\|continue\)\>\( \+[^ =]\)\@=+
syntax match aicclKeyword +\<\(break\|continue\|fallthrough\|yield\)\>\(\s*\([;:}]\|$\)\)\@=+
syntax keyword aicclConstant None True False null nil true false undefined self this
syntax match aicclQuirk +\<quirk:.*$+
syntax match aicclComment +^\s*#\s.*$+

highlight default link aicclTag PreProc
highlight default link aicclAttribute Identifier
highlight default link aicclTagValue String
highlight default link aicclString String
highlight default link aicclEscape SpecialChar
highlight default link aicclHole Identifier
highlight default link aicclNumber Number
highlight default link aicclMark StorageClass
highlight default link aicclUnit Function
highlight default link aicclRoute Function
highlight default link aicclDecorator PreProc
highlight default link aicclReturn Statement
highlight default link aicclBind Operator
highlight default link aicclBranch Conditional
highlight default link aicclAwait Operator
highlight default link aicclReceiver Special
highlight default link aicclType Type
highlight default link aicclKeyword Keyword
highlight default link aicclConstant Constant
highlight default link aicclQuirk WarningMsg
highlight default link aicclComment Comment

let b:current_syntax = 'aiccl'
