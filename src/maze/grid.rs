//! The grid itself.

/// One of the four directions along the grid. North is up, towards row 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Heading {
    /// Towards larger x.
    East,
    /// Towards smaller y.
    North,
    /// Towards smaller x.
    West,
    /// Towards larger y.
    South,
}

impl Heading {
    /// All four, counter-clockwise from east.
    pub const ALL: [Self; 4] = [Self::East, Self::North, Self::West, Self::South];

    /// A quarter turn counter-clockwise, which is to the left of whoever walks this way.
    pub fn left(self) -> Self {
        Self::ALL[(self as usize + 1) % 4]
    }

    /// A quarter turn clockwise.
    pub fn right(self) -> Self {
        Self::ALL[(self as usize + 3) % 4]
    }

    /// The step (dx, dy) in cells.
    pub fn step(self) -> (i32, i32) {
        match self {
            Self::East => (1, 0),
            Self::North => (0, -1),
            Self::West => (-1, 0),
            Self::South => (0, 1),
        }
    }
}

/// Why a drawn map was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DrawError {
    /// Rows of different lengths.
    #[error("row {row} has {found} cells where the first has {expected}")]
    Ragged {
        /// Row, from 1.
        row: usize,
        /// Its cells.
        found: usize,
        /// Cells of the first row.
        expected: usize,
    },
    /// A character that means nothing.
    #[error("row {row} has {found:?}; `#` is a wall, `.` is open")]
    Unknown {
        /// Row, from 1.
        row: usize,
        /// The character.
        found: char,
    },
    /// The border lets the agent out.
    #[error("row {row}, column {column} is open, but the border must be wall")]
    OpenBorder {
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Nothing to walk on.
    #[error("no cell is open")]
    Solid,
    /// Some open cells cannot be reached from others.
    #[error("row {row}, column {column} cannot be reached from the first open cell")]
    Unreachable {
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        column: usize,
    },
}

/// A rectangle of cells, each open or a wall block. The border is wall, and every open cell can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maze {
    width: i32,
    height: i32,
    open: Vec<bool>,
    seed: u64,
}

impl Maze {
    /// All wall, to be carved. `seed` names the maze and decides which texture its walls have.
    pub(super) fn solid(width: i32, height: i32, seed: u64) -> Self {
        Self { width, height, open: vec![false; (width * height) as usize], seed }
    }

    /// Reads a drawn map: `#` is a wall, `.` is open.
    pub fn draw(rows: &[String], seed: u64) -> Result<Self, DrawError> {
        let width = rows.first().map_or(0, |row| row.chars().count());
        // Before there are cells: one long row above many short ones says more of them than there are characters.
        for (y, row) in rows.iter().enumerate() {
            let found = row.chars().count();
            if found != width {
                return Err(DrawError::Ragged { row: y + 1, found, expected: width });
            }
        }
        let mut maze = Self::solid(width as i32, rows.len() as i32, seed);
        for (y, row) in rows.iter().enumerate() {
            for (x, symbol) in row.chars().enumerate() {
                match symbol {
                    '#' => {}
                    '.' => maze.carve(x as i32, y as i32),
                    found => return Err(DrawError::Unknown { row: y + 1, found }),
                }
            }
        }
        maze.check()?;
        Ok(maze)
    }

    fn check(&self) -> Result<(), DrawError> {
        let start = self.open_cells().next().ok_or(DrawError::Solid)?;
        let reached = self.reached_from(start);
        for (x, y) in self.open_cells() {
            let (row, column) = (y as usize + 1, x as usize + 1);
            if x == 0 || y == 0 || x == self.width - 1 || y == self.height - 1 {
                return Err(DrawError::OpenBorder { row, column });
            }
            if !reached[(y * self.width + x) as usize] {
                return Err(DrawError::Unreachable { row, column });
            }
        }
        Ok(())
    }

    /// Which cells can be walked to from `start`, row by row.
    pub fn reached_from(&self, start: (i32, i32)) -> Vec<bool> {
        let mut reached = vec![false; self.open.len()];
        let mut edge = vec![start];
        while let Some((x, y)) = edge.pop() {
            let cell = (y * self.width + x) as usize;
            if !self.is_open(x, y) || std::mem::replace(&mut reached[cell], true) {
                continue;
            }
            edge.extend(Heading::ALL.map(|heading| {
                let (dx, dy) = heading.step();
                (x + dx, y + dy)
            }));
        }
        reached
    }

    pub(super) fn carve(&mut self, x: i32, y: i32) {
        self.open[(y * self.width + x) as usize] = true;
    }

    /// Cells from west to east.
    pub fn width(&self) -> i32 {
        self.width
    }

    /// Cells from north to south.
    pub fn height(&self) -> i32 {
        self.height
    }

    /// The seed that it was grown from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The same ways between the walls that another maze's seed names.
    pub fn with_walls_of(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Whether a cell can be walked on. Everything outside is wall.
    #[inline]
    pub fn is_open(&self, x: i32, y: i32) -> bool {
        (0..self.width).contains(&x) && (0..self.height).contains(&y) && self.open[(y * self.width + x) as usize]
    }

    /// Whether the neighbour that lies in `heading` is open.
    pub fn is_open_towards(&self, x: i32, y: i32, heading: Heading) -> bool {
        let (dx, dy) = heading.step();
        self.is_open(x + dx, y + dy)
    }

    /// All open cells, row by row.
    pub fn open_cells(&self) -> impl Iterator<Item = (i32, i32)> {
        (0..self.height).flat_map(move |y| (0..self.width).map(move |x| (x, y))).filter(|&(x, y)| self.is_open(x, y))
    }

    /// A number that two mazes share only if they have the same walls, whatever their seeds.
    pub fn fingerprint(&self) -> u64 {
        // FNV-1a with 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
        let size = [self.width as u8, self.height as u8];
        let cells = self.open.iter().map(|&open| u8::from(open));
        size.into_iter()
            .chain(cells)
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}

impl Maze {
    /// A number in [0, 1) that follows from the walls alone: on which side of a split the maze lies, in every data set.
    pub fn split_number(&self) -> f64 {
        // As many bits as a double holds.
        (crate::random::finish(self.fingerprint()) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl std::fmt::Display for Maze {
    /// The map as [`Maze::draw`] reads it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for row in self.open.chunks(self.width as usize) {
            let line: String = row.iter().map(|&open| if open { '.' } else { '#' }).collect();
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
