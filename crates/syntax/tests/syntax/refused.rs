//! Texts that bash refuses, and what it says: recorded with `bash -n -c` (5.2.15).

use mirage_syntax::{Parser, ParserOptions, SyntaxError};

/// A script, and what bash prints.
const REFUSED: &[(&str, &str)] = &[
    (
        "echo a; )",
        "bash: -c: line 1: syntax error near unexpected token `)'\nbash: -c: line 1: `echo a; )'\n",
    ),
    ("if then", "bash: -c: line 1: syntax error near unexpected token `then'\nbash: -c: line 1: `if then'\n"),
    ("if true\n\n", "bash: -c: line 3: syntax error: unexpected end of file\n"),
    ("if true", "bash: -c: line 2: syntax error: unexpected end of file\n"),
    (
        "echo ; ;\n",
        "bash: -c: line 1: syntax error near unexpected token `;'\nbash: -c: line 1: `echo ; ;'\n",
    ),
    ("echo a &&\n\n;", "bash: -c: line 3: syntax error near unexpected token `;'\nbash: -c: line 3: `;'\n"),
    ("(\n", "bash: -c: line 2: syntax error: unexpected end of file\n"),
    (
        "echo (\n",
        "bash: -c: line 1: syntax error near unexpected token `newline'\nbash: -c: line 1: `echo ('\n",
    ),
    (
        "echo (",
        "bash: -c: line 1: syntax error near unexpected token `newline'\nbash: -c: line 1: `echo ('\n",
    ),
    ("f (a)", "bash: -c: line 1: syntax error near unexpected token `a'\nbash: -c: line 1: `f (a)'\n"),
    ("f(", "bash: -c: line 1: syntax error near unexpected token `newline'\nbash: -c: line 1: `f('\n"),
    ("echo \"abc", "bash: -c: line 1: unexpected EOF while looking for matching `\"'\n"),
    ("echo\n echo \"abc\n\ndef", "bash: -c: line 2: unexpected EOF while looking for matching `\"'\n"),
    ("echo 'abc", "bash: -c: line 1: unexpected EOF while looking for matching `''\n"),
    ("echo $(ls", "bash: -c: line 2: unexpected EOF while looking for matching `)'\n"),
    (
        "echo $(ls; if)",
        "bash: -c: line 1: syntax error near unexpected token `)'\nbash: -c: line 1: `echo $(ls; if)'\n",
    ),
    (
        "echo\necho $(ls\n)x)\n",
        "bash: -c: line 3: syntax error near unexpected token `)'\nbash: -c: line 3: `)x)'\n",
    ),
    ("echo ${x", "bash: -c: line 1: unexpected EOF while looking for matching `}'\n"),
    ("echo `x", "bash: -c: line 1: unexpected EOF while looking for matching ``'\n"),
    ("echo $((1", "bash: -c: line 1: unexpected EOF while looking for matching `)'\n"),
    ("echo $((1)", "bash: -c: line 1: unexpected EOF while looking for matching `)'\n"),
    ("((1", "bash: -c: line 1: unexpected EOF while looking for matching `)'\n"),
    ("[[ a", "bash: -c: line 1: unexpected token `newline', conditional binary operator expected\n"),
    ("[[ a b ]]", "bash: -c: line 1: conditional binary operator expected\n"),
    ("[[ -f ]]", "bash: -c: line 1: unexpected argument `]]' to conditional unary operator\n"),
    ("[[ a == ]]", "bash: -c: line 1: unexpected argument `]]' to conditional binary operator\n"),
    ("[[ ( a ]]", "bash: -c: line 1: unexpected token `]]', expected `)'\n"),
    ("[[ a\n]]", "bash: -c: line 1: unexpected token `newline', conditional binary operator expected\n"),
    ("[[ a == b | c ]]", "bash: -c: line 1: syntax error in conditional expression: unexpected token `|'\n"),
    ("[[ -f a b ]]", "bash: -c: line 1: syntax error in conditional expression\n"),
    ("[[ && a ]]", "bash: -c: line 1: unexpected token `&&' in conditional command\n"),
    ("[[ -f x", "bash: -c: line 1: unexpected EOF while looking for `]]'\n"),
    ("[[ a &&", "bash: -c: line 2: unexpected token `EOF' in conditional command\n"),
    ("for x in; do", "bash: -c: line 2: syntax error: unexpected end of file\n"),
    ("for ((;;", "bash: -c: line 1: unexpected EOF while looking for matching `)'\n"),
    (
        "for ((1;2;3;4)); do :; done",
        "bash: -c: line 1: syntax error: `;' unexpected\nbash: -c: line 1: syntax error: `((1;2;3;4))'\n",
    ),
    (
        "for ((1)); do :; done",
        "bash: -c: line 1: syntax error: arithmetic expression required\nbash: -c: line 1: syntax error: `((1))'\n",
    ),
    (
        "case x in (a | b ) foo;; c",
        "bash: -c: line 1: syntax error near unexpected token `newline'\nbash: -c: line 1: `case x in (a | b ) foo;; c'\n",
    ),
    ("case x i", "bash: -c: line 1: syntax error near unexpected token `i'\nbash: -c: line 1: `case x i'\n"),
    (
        "case esac in esac) echo y;; esac",
        "bash: -c: line 1: syntax error near unexpected token `)'\nbash: -c: line 1: `case esac in esac) echo y;; esac'\n",
    ),
    ("{ echo }", "bash: -c: line 2: syntax error: unexpected end of file\n"),
    ("function f", "bash: -c: line 2: syntax error: unexpected end of file\n"),
    (
        "f() echo",
        "bash: -c: line 1: syntax error near unexpected token `echo'\nbash: -c: line 1: `f() echo'\n",
    ),
    ("a=(1 2", "bash: -c: line 1: unexpected EOF while looking for matching `)'\n"),
    (
        "a=(1 & 2)",
        "bash: -c: line 1: syntax error near unexpected token `&'\nbash: -c: line 1: `a=(1 & 2)'\n",
    ),
    (
        "a=(1 \"\n",
        "bash: -c: line 1: unexpected EOF while looking for matching `\"'\nbash: -c: line 2: syntax error: unexpected end of file\n",
    ),
    ("a[1", "bash: -c: line 1: unexpected EOF while looking for matching `]'\n"),
    (
        "echo <",
        "bash: -c: line 1: syntax error near unexpected token `newline'\nbash: -c: line 1: `echo <'\n",
    ),
    ("echo < >", "bash: -c: line 1: syntax error near unexpected token `>'\nbash: -c: line 1: `echo < >'\n"),
    ("echo > ;", "bash: -c: line 1: syntax error near unexpected token `;'\nbash: -c: line 1: `echo > ;'\n"),
    (
        "cat <<",
        "bash: -c: line 1: syntax error near unexpected token `newline'\nbash: -c: line 1: `cat <<'\n",
    ),
    (
        "(cat <<EOF\nstill more\nEOF)",
        "bash: line 3: warning: here-document at line 1 delimited by end-of-file (wanted `EOF')\nbash: -c: line 4: syntax error: unexpected end of file\n",
    ),
    (
        "x=$(cat <<EOF\nabc)",
        "bash: line 2: warning: here-document at line 1 delimited by end-of-file (wanted `EOF')\nbash: -c: line 3: unexpected EOF while looking for matching `)'\n",
    ),
    (
        "echo a | | b",
        "bash: -c: line 1: syntax error near unexpected token `|'\nbash: -c: line 1: `echo a | | b'\n",
    ),
    ("! | a", "bash: -c: line 1: syntax error near unexpected token `|'\nbash: -c: line 1: `! | a'\n"),
    ("( time )", "bash: -c: line 1: syntax error near unexpected token `)'\nbash: -c: line 1: `( time )'\n"),
    ("&& a", "bash: -c: line 1: syntax error near unexpected token `&&'\nbash: -c: line 1: `&& a'\n"),
    (
        "echo a &&& b",
        "bash: -c: line 1: syntax error near unexpected token `&'\nbash: -c: line 1: `echo a &&& b'\n",
    ),
    ("then", "bash: -c: line 1: syntax error near unexpected token `then'\nbash: -c: line 1: `then'\n"),
    (
        "echo; done",
        "bash: -c: line 1: syntax error near unexpected token `done'\nbash: -c: line 1: `echo; done'\n",
    ),
    ("while true; do echo; don", "bash: -c: line 2: syntax error: unexpected end of file\n"),
    (
        "echo a | ! cat",
        "bash: -c: line 1: syntax error near unexpected token `!'\nbash: -c: line 1: `echo a | ! cat'\n",
    ),
    (
        "a b () { :; }",
        "bash: -c: line 1: syntax error near unexpected token `('\nbash: -c: line 1: `a b () { :; }'\n",
    ),
    (
        "if() { :; }",
        "bash: -c: line 1: syntax error near unexpected token `)'\nbash: -c: line 1: `if() { :; }'\n",
    ),
    (
        "coproc",
        "bash: -c: line 1: syntax error near unexpected token `newline'\nbash: -c: line 1: `coproc'\n",
    ),
    (
        "coproc a b { :; }",
        "bash: -c: line 1: syntax error near unexpected token `}'\nbash: -c: line 1: `coproc a b { :; }'\n",
    ),
    (
        "select x in a; echo",
        "bash: -c: line 1: syntax error near unexpected token `echo'\nbash: -c: line 1: `select x in a; echo'\n",
    ),
    (
        "for x;\n\nin a\ndo echo $x; done",
        "bash: -c: line 3: syntax error near unexpected token `in'\nbash: -c: line 3: `in a'\n",
    ),
    (
        "f() f2() { :; }",
        "bash: -c: line 1: syntax error near unexpected token `f2'\nbash: -c: line 1: `f() f2() { :; }'\n",
    ),
    (
        "f() time { :; }",
        "bash: -c: line 1: syntax error near unexpected token `time'\nbash: -c: line 1: `f() time { :; }'\n",
    ),
    (
        "function f\n\n()\n { echo; }",
        "bash: -c: line 3: syntax error near unexpected token `)'\nbash: -c: line 3: `()'\n",
    ),
    (
        "echo a=(1 2)",
        "bash: -c: line 1: syntax error near unexpected token `('\nbash: -c: line 1: `echo a=(1 2)'\n",
    ),
    (
        "command declare a=(1 2)",
        "bash: -c: line 1: syntax error near unexpected token `('\nbash: -c: line 1: `command declare a=(1 2)'\n",
    ),
    (
        "echo \"a\nb\" )",
        "bash: -c: line 2: syntax error near unexpected token `)'\nbash: -c: line 2: `b\" )'\n",
    ),
    (
        "case $m in\nlibs) libs=\"$skip; in;;\ncpps) cpps=\"$x\"; skip=;;\nesac",
        "bash: -c: line 3: unexpected EOF while looking for matching `\"'\n",
    ),
    (
        "cat <<A <<A <<A <<A <<A <<A <<A <<A <<A <<A <<A <<A <<A <<A <<A <<A <<A\n",
        "bash: -c: line 1: maximum here-document count exceeded\n",
    ),
    ("\"${x:-'}\"", "bash: -c: line 1: unexpected EOF while looking for matching `''\n"),
    ("echo ${x:-'}", "bash: -c: line 1: unexpected EOF while looking for matching `''\n"),
    ("echo \"${x/\"}\"", "bash: -c: line 1: unexpected EOF while looking for matching `}'\n"),
    ("[[ @(a) == a ]]", "bash: -c: line 1: unexpected token `(', conditional binary operator expected\n"),
    (
        "echo @(a)",
        "bash: -c: line 1: syntax error near unexpected token `('\nbash: -c: line 1: `echo @(a)'\n",
    ),
    ("<#", "bash: -c: line 1: syntax error near unexpected token `newline'\nbash: -c: line 1: `<#'\n"),
    (
        "echo a >&",
        "bash: -c: line 1: syntax error near unexpected token `newline'\nbash: -c: line 1: `echo a >&'\n",
    ),
    (
        "a=([1\n",
        "bash: -c: line 1: unexpected EOF while looking for matching `]'\nbash: -c: line 2: syntax error: unexpected end of file\n",
    ),
];

fn refusal(script: &str) -> Option<SyntaxError> {
    let mut parser = Parser::new(script.to_owned().into(), ParserOptions::default());
    loop {
        match parser.next() {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => return Some(error),
        }
    }
}

#[test]
fn says_what_bash_says() {
    for (script, said) in REFUSED {
        let error = refusal(script).unwrap_or_else(|| panic!("accepted: {script}"));
        let mut message = Vec::new();
        for warning in &error.warnings {
            message.extend_from_slice(format!("bash: line {}: ", warning.line).as_bytes());
            message.extend_from_slice(&warning.message);
            message.push(b'\n');
        }
        message.extend_from_slice(&error.render(b"bash: -c"));
        assert_eq!(String::from_utf8_lossy(&message), *said, "{script}");
    }
}

#[test]
fn tells_what_more_text_could_complete() {
    for script in ["if true", "echo \"abc", "{ a", "f()", "a &&", "echo $(b", "[[ a &&", "a=(1", "case x in"]
    {
        assert!(refusal(script).is_some_and(|error| error.incomplete), "{script}");
    }
    for script in ["echo )", "if then", "echo a | | b"] {
        assert!(refusal(script).is_some_and(|error| !error.incomplete), "{script}");
    }
}
