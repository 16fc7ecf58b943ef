# Functions in every form. `functions.txt` is what bash prints when it runs this: `bash -O extglob functions.sh`.
f() { echo a; echo b & echo c && d || e; a | b |& c; ! x; time y; time -p z; ! time w; ! ; time; }
declare -f f
f() { if a; then b; elif c; then d; else e; fi >out 2>&1 <in; while a; b; do c; d & done; until x; do y; done | z; }
declare -f f
f() { for i in 1 "2 3" $x; do echo $i; done; for j; do k; done; for ((i=0; i<3; i++)); do a; done; for (( ; ; )); do a; done; select s in a b; do c; done; select t; do u; done; for x in; do y; done; }
declare -f f
f() { case $x in a|b) c;; (d) e; f;& g) ;;& *) h & esac; case y in esac; case "$z" in q) r; esac >o; }
declare -f f
f() { ( a; b ); { c; d; }; (( x + 1 )); [[ a == b && ( -f c || ! d =~ e ) ]]; ((x++)) && [[ -z $y ]]; }
declare -f f
f() ( a; b; )
declare -f f
f() if a; then b; fi
declare -f f
f() { g() { h; }; function k { l; }; m() ( n; ) ; } >x 2>y
declare -f f
f() { a=1 b=(1 2 [3]=4) c+=x d[1]=2 cmd >f <g >>h 2>&1 3<&- >|c <>d &>e &>>g <<<"here" {fd}>x 2>&- 4>&3 5<&6- >&2 <&0; >only; x=1; }
declare -f f
f() { coproc { c; }; coproc NAME { d; }; coproc NAME ( e ); }
declare -f f
f() { echo $(a  |  b; c) `x   y` "$(if a;then b;fi)" $'a\nb' $"loc" ${x:-a  b} $((1+  2)) $[1+2] <(a;b) >(c) "${y/$(a  b)/c}"; }
declare -f f
f() { echo a \
  b; # comment
  echo "x
y" 'p
q'; }
declare -f f
function f { a; }
declare -f f
f() { { a; } | { b; } & }
declare -f f
f() { a & b & }
declare -f f
f() { { a; } & ( b ) & c; }
declare -f f
f() { if a; then if b; then c; fi; else if d; then e; fi; fi; }
declare -f f
f() { if a; then b; else if d; then e; fi >x; fi; }
declare -f f
f() { [[ a < b ]]; [[ $x =~ ^(a|b)$ ]]; [[ ! -f x ]]; [[ ! ( a || b ) ]]; [[ a = b ]]; [[ a -nt b ]]; [[ a ]]; [[ "a b" != c* ]]; }
declare -f f
f() { declare a=(1 2) b=c; export x=1; local -a z=([1]=2 3); alias q=(1 2); }
declare -f f
f() { a && b || c && d; a; b; }
declare -f f
f() { a |
b &&
c; }
declare -f f
f() { ((a)); (( a , b )); ((  )); }
declare -f f
f() { x=$(cat <<EOF
hi
EOF
); echo $(cat <<EOF
b
EOF
) y; }
declare -f f
f() { time { a; }; time ( b ); ! { c; }; ! a | b; time a | b; }
declare -f f
f() { >a; <b cmd; 2>&1 x; cmd 2>x 3>&1 1>&2; }
declare -f f
f() { while :; do :; done; until :; do break; done; }
declare -f f
f() { x=$( { a; b; } ); y=$( ( a; b ) ); z=$(a & b); z=$(a &); w=$(case x in a) b; c;; d) ;; esac; e); v=$(for i in a b; do c; d; done); u=$(while a; b; do c; d; done >x); t=$(g() { h; i; }; g); s=$(if a; b; then c; d; elif e; then f; else g; fi); r=$(a
b

c); q=$(   ); p=$(# comment
); o=$(< file); n=$(<file cat); }
declare -f f
f() { x=$(cat <<A | b
a
A
); y=$(cat <<A && b
a
A
); z=$(cat <<A
a
A
b); w=$(cat <<A &
a
A
b); { cat <<A; }
a
A
while cat <<A; do b; done
a
A
for i in a; do cat <<A; done
a
A
case x in a) cat <<A ;; b) c; esac
a
A
! cat <<A
a
A
}
declare -f f
f() { cat <<A; }
a
A
declare -f f
f() { cat <<A
a
A
}
declare -f f
f() { cat <<A || b <<C
a
A
c
C
}
declare -f f
f() { cat <<-\A <<"B c" <<C'D'
	a
	A
	b
B c
cd
CD
}
declare -f f
f() { if [[ a && b || ! c ]] then d; fi; for ((i=0;i<3;)); do a;done; for ((  ;x ; y  )) { a; }; }
declare -f f
f() { case "a b" in "x y"|'z') ;; $(a|b)) c;; esac; select x; do a; done <y; }
declare -f f
f() { function g { a; }; h() for i in b; do c; done; i() { d; } >e; }
declare -f f
f() { a=(1
2 # comment
3 "x
y"); b=([a]=1 [b c]+=2); c[1 + 2]=3; c[$x]=y d+=(4); e=(); }
declare -f f
f() { { :; } 2>&1 | a; ( b ) >&2; [[ a ]] >x; (( 1 )) <y; }
declare -f f
f() { time; time -p; ! ! a; ! time a; time -p ! a | b; }
declare -f f
f() { until a && b; c | d; do e; done & f; }
declare -f f
f() { a & 
b & c
d & }
declare -f f
f() { (a;b)& (c); ( (d) ; { e; }); }
declare -f f
f() { coproc (a;b); coproc N if a; then b; fi; coproc while a; do b; done >c; }
declare -f f
f-g() { :; }
declare -f f-g
function a:b { :; }
declare -f a:b
f() { function 'x' { :; }; }
declare -f f
f() { f2 () { :; } ; }
declare -f f
f() { a >&$x; a 2>&$x; a <&$x; a >&file; a <&-; a >&-; a 1>f; a 0<f; a 2>&1-; a <&3-; a {v}<&-; a {v}>&1; a {v}<&$x; a {v}<<E; a 3<<<x; a 3<>f; a 1>>f; a 1>|f; a 3>&"$x"; a 3>& 4 ; a {v[1]}>f; a 5<<A; a &>>f; a {v}>&4-;a >&1; a 1>&1; a 0>f ;a 1<f; a 3<&4; a {v}<>x; a >&"2"; a >&2x; a <&x; }
x
E
y
A
declare -f f
f() { a "$(b "c  d" 'e')" ${x:-"$(f  g)"} ${x/$'a'/"b"} "${x#$'q'}" $'it\'s' $'\'' $'' $'a\'\'b' "$'x'" x$'y'"z" $"a$b" `a \`b\` \\c \$d` "`a \"b\"`"; }
declare -f f
f() { "a
b" ; x="$(
a
)"; [[ -v x && a -eq b ]]; [[ (a) ]]; [[ ! a ]]; [[ ! ! a ]]; [[ a < b || c > d ]]; [[ $a == "b"* ]]; [[ a =~ $'x' ]]; [[ a =~ a\ b ]]; }
declare -f f
f() { echo ~ ~/x a=~ {a,b} {1..3} a{b,"c d"}e *.c [a-z]? \* a\ b $ $x$ "$" \$x '' "" ; }
declare -f f
f() { ( a ) & 
{ b; } ; }
declare -f f
f() { a <(b;c) >(d) <(e & f) $(g | h) $( (i) ) $({ j; }) $(k) "$(l
m)" $(<n) $(<n;) $(! a) $(time b); }
declare -f f
f() ( a ) >x
declare -f f
f() { a; } >x <<E
b
E
declare -f f
f() for i in a; do b; done
declare -f f
f() [[ a ]]
declare -f f
f() (( 1 ))
declare -f f
f() { a $(cat <<E; b
x
E
) ; }
declare -f f
