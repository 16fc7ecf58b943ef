//! The shell: session state, commands, pipes, expansion, execution, builtins.
