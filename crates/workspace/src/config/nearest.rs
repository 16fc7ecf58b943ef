//! The known word that a wrong one was probably meant to be.

/// The nearest of `known` to `word`, if one is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= (candidate.chars().count().max(word.chars().count()) / 2).max(1)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `unknown WHAT: WORD`, with the nearest known word, or all of them when none is near.
pub(crate) fn unknown<'a>(
    what: &str,
    word: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("unknown {what}: {word}; did you mean {near}?"),
        None => {
            let all: Vec<&str> = known.into_iter().collect();
            format!("unknown {what}: {word}; known are {}", all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_nonsense_finds_none() {
        let known = ["mounts", "mode", "limits", "env"];
        assert_eq!(nearest("mout", known), Some("mounts"));
        assert_eq!(nearest("limit", known), Some("limits"));
        assert_eq!(nearest("whatever", known), None);
    }
}
