# Recipes for https://just.systems; `just` alone lists them.

_list:
    @just --list

# Everything that must hold before a change is merged
ci:
    .ci/run

# Format the sources
fmt:
    cargo fmt

# Lint as CI does
lint:
    cargo clippy --locked --all-targets -- -D warnings

# All tests
test *args:
    cargo test --locked {{args}}

# The library's documentation
doc:
    cargo doc --locked --no-deps --open

# Time every stage with criterion
bench *args:
    cargo bench --locked --bench stages -- {{args}}
