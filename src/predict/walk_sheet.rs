//! A picture of walks: each on the map of its maze, what is illegal marked.

use crate::agent::{Action, Agent, is_legal};
use crate::camera::Frame;
use crate::draw::palette::{ACCENT, CARD, LINE, RIGHT, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::maze::Maze;

/// A walk to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct WalkStrip {
    /// Where it goes.
    pub maze: Maze,
    /// Where it begins: each tick of this agent is a whole decision.
    pub start: Agent,
    /// What is decided there and after.
    pub actions: Vec<Action>,
}

impl WalkStrip {
    /// The agent before each decision, and whether that is legal; then the agent at the end.
    fn course(&self) -> (Vec<(Agent, bool)>, Agent) {
        let mut agent = self.start;
        let before = |&action: &Action| {
            let before = (agent, is_legal(&self.maze, &agent, action));
            agent.tick(&self.maze, action);
            before
        };
        let course = self.actions.iter().map(before).collect();
        (course, agent)
    }

    /// Whether every decision is legal.
    pub fn is_legal(&self) -> bool {
        self.course().0.iter().all(|&(_, is_legal)| is_legal)
    }
}

/// Pixels of a map, of the space between two, and of a line of words.
const MAP: u32 = 180;
const SPACE: u32 = 12;
const LINE_HEIGHT: u32 = 26;

/// A row for each name with its walks, all as many. A walk begins at a dot and ends at a ring; where it was illegal there is a
/// cross.
pub fn walk_sheet(rows: &[(String, Vec<WalkStrip>)]) -> Frame {
    let columns = rows.iter().map(|(_, walks)| walks.len()).max().unwrap_or(0) as u32;
    let (width, height) = (SPACE + columns * (MAP + SPACE), SPACE + rows.len() as u32 * (LINE_HEIGHT + MAP + SPACE));
    let mut canvas = Canvas::new(width, height);
    for (row, (name, walks)) in (0..).zip(rows) {
        let top = SPACE + row * (LINE_HEIGHT + MAP + SPACE);
        let legal = walks.iter().filter(|walk| walk.is_legal()).count();
        let words = format!("{name}: {legal} of {} legal", walks.len());
        let style = Style::words(16.0, TEXT);
        canvas.write(&words, style, Align::Left, Rect::new(SPACE, top, width - 2 * SPACE, LINE_HEIGHT));
        for (column, walk) in (0..).zip(walks) {
            let area = Rect::new(SPACE + column * (MAP + SPACE), top + LINE_HEIGHT, MAP, MAP);
            draw_walk(&mut canvas, area, walk);
        }
    }
    canvas.picture().clone()
}

/// Draws a walk on its maze's map.
fn draw_walk(canvas: &mut Canvas, area: Rect, walk: &WalkStrip) {
    let maze = &walk.maze;
    let side = (area.width / maze.width() as u32).min(area.height / maze.height() as u32).max(1);
    canvas.fill(Rect { width: side * maze.width() as u32, height: side * maze.height() as u32, ..area }, 3.0, CARD);
    for (x, y) in maze.open_cells() {
        canvas.fill(Rect::new(area.x + x as u32 * side, area.y + y as u32 * side, side, side), 0.0, LINE);
    }
    let middle = |agent: &Agent| {
        let pose = agent.pose();
        (area.x as f32 + pose.x * side as f32, area.y as f32 + pose.y * side as f32)
    };
    let thickness = side as f32;
    let (course, end) = walk.course();
    let places = course.iter().map(|(agent, _)| agent).chain([&end]);
    canvas.course(places.map(middle), thickness * 0.3, ACCENT);
    canvas.line(middle(&walk.start), middle(&walk.start), thickness * 0.75, ACCENT);
    canvas.line(middle(&end), middle(&end), thickness * 0.6, ACCENT);
    canvas.line(middle(&end), middle(&end), thickness * 0.3, CARD);
    for (agent, _) in course.iter().filter(|(_, is_legal)| !is_legal) {
        let ((x, y), arm) = (middle(agent), thickness * 0.45);
        canvas.line((x - arm, y - arm), (x + arm, y + arm), 2.5, RIGHT);
        canvas.line((x - arm, y + arm), (x + arm, y - arm), 2.5, RIGHT);
    }
}
