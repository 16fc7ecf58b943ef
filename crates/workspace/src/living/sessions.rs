//! Sessions as they are kept: without the secrets that their variables may hold.

use bytes::Bytes;
use mirage_shell::state::{History, SavedState, SavedValue, SavedVariable, State};
use mirage_vfs::Text;

use super::entry::Recall;
use super::history::Remembered;
use crate::config::{Secrets, shown};

/// `state` as a document in which every secret is replaced by its place. Lines to recall are kept elsewhere. What `withheld`
/// has is put back as long as the session has nothing in its place.
pub(crate) fn save(state: &State, secrets: &Secrets, withheld: &[SavedVariable]) -> SavedState {
    let mut saved = state.save();
    if !secrets.is_empty() {
        each_text(&mut saved, &mut |text| text.0 = secrets.hide(&text.0));
    }
    for variable in withheld {
        if !saved.variables.iter().any(|own| own.name == variable.name) {
            saved.variables.push(variable.clone());
        }
    }
    saved.variables.sort_by(|one, two| one.name.cmp(&two.name));
    saved
}

/// The state that was saved, and the variables of it whose secrets are not known.
pub(crate) fn restore(saved: &SavedState, secrets: &Secrets) -> Result<(State, Vec<SavedVariable>), String> {
    let mut known = saved.clone();
    let (variables, withheld): (Vec<_>, Vec<_>) = std::mem::take(&mut known.variables)
        .into_iter()
        .partition(|variable| !has_unknown(variable, secrets));
    known.variables = variables;
    each_text(&mut known, &mut |text| {
        if let Ok(revealed) = secrets.reveal(&text.0) {
            text.0 = revealed;
        }
    });
    Ok((State::restore(&known)?, withheld))
}

/// The lines that a session recalls, of which it ran the last ones after `recall` was written.
pub(crate) fn recalled<'a>(
    recall: Option<&Recall>,
    ran: impl Iterator<Item = &'a Remembered>,
    secrets: &Secrets,
) -> History {
    let text = |text: &Bytes| secrets.reveal(text).unwrap_or_else(|_| shown(text));
    let earlier = recall.iter().flat_map(|recall| recall.lines.iter().map(|line| text(&line.0)));
    let after = recall.map_or(0, |recall| recall.after);
    let later = ran.filter(|line| line.id > after).map(|line| text(&line.line.0));
    History::restored(recall.map_or(0, |recall| recall.dropped), earlier.chain(later))
}

/// What a session recalls once its line `after` has ended, to be kept.
pub(crate) fn recall(history: &History, after: u64, secrets: &Secrets) -> Recall {
    let lines = history.iter().map(|(_, line)| Text(secrets.hide(line))).collect();
    Recall { after, dropped: history.dropped(), lines }
}

fn has_unknown(variable: &SavedVariable, secrets: &Secrets) -> bool {
    let mut unknown = false;
    let mut variable = variable.clone();
    if let Some(value) = &mut variable.value {
        each_text_of_value(value, &mut |text| unknown |= secrets.reveal(&text.0).is_err());
    }
    unknown
}

fn each_text(state: &mut SavedState, change: &mut dyn FnMut(&mut Text)) {
    change(&mut state.directory);
    for variable in &mut state.variables {
        if let Some(value) = &mut variable.value {
            each_text_of_value(value, change);
        }
    }
    state.functions.iter_mut().for_each(|function| change(&mut function.text));
    for pairs in [&mut state.aliases, &mut state.traps, &mut state.completions] {
        pairs.iter_mut().for_each(|(_, text)| change(text));
    }
    state.directory_stack.iter_mut().for_each(&mut *change);
    state.positional.iter_mut().for_each(&mut *change);
}

fn each_text_of_value(value: &mut SavedValue, change: &mut dyn FnMut(&mut Text)) {
    match value {
        SavedValue::Computed => {}
        SavedValue::Scalar(text) => change(text),
        SavedValue::Indexed(elements) => elements.iter_mut().for_each(|(_, text)| change(text)),
        SavedValue::Associative(elements) => {
            for (key, text) in elements {
                change(key);
                change(text);
            }
        }
    }
}
