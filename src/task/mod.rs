//! Whole pieces of work on trained models and data sets, as `crossroads` and `tools` both offer them: each takes what a
//! command line has parsed, tells of its progress, and reports an error that says what to do.

mod captions;
mod course;
mod dream;
mod dream_up;
mod film;
mod measure;
mod plan;
mod translate;
mod walks;

pub use captions::{CaptionJob, Captioned, Painted};
pub use course::{CourseJob, course, snapshots_of};
pub use dream::{dreamable_walks, measure_dreams};
pub use dream_up::{PaintedJob, Painters, some_held_out};
pub use film::{FilmJob, check_film, check_sheet, compare};
pub use measure::{check_page, measure, open_models, test_questions, unseen, write_json};
pub use plan::{MOST_STEPS, PLAN, Plan, Wanted, parse_minutes};
pub use translate::{Moments, Translations};
pub use walks::{Walked, measure_walks, walked_by};
