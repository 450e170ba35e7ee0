//! What a command line chose of what there is to measure.

use clap::ValueEnum;

/// What was named, in the order of the table; all of it when nothing was.
pub(crate) fn chosen<T: ValueEnum + Copy + PartialEq>(named: &[T]) -> Vec<T> {
    let wanted = |one: &&T| named.is_empty() || named.contains(one);
    T::value_variants().iter().filter(wanted).copied().collect()
}

/// How it is called on the command line.
pub(crate) fn name<T: ValueEnum>(one: T) -> String {
    let value = one.to_possible_value();
    value.map_or(String::new(), |value| value.get_name().to_owned())
}
