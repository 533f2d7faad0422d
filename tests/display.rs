//! A display of its own for each test, and the real window on it, with Mesa's software driver: Xvfb and keys from xdotool, or
//! the Wayland compositor sway without a screen, and keys from wtype.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask};

use crate::helper::Place;

/// Longest wait for anything that a window does: two cores draw it, and other tests have them, too.
const PATIENCE: Duration = Duration::from_secs(120);

/// A virtual screen, gone when dropped.
pub struct Display {
    server: Child,
    name: String,
    /// Nothing with X11.
    wayland: Option<Wayland>,
}

/// What a display of Wayland has besides.
struct Wayland {
    /// Where its sockets are.
    folder: tempfile::TempDir,
    /// Holds a keyboard that nobody presses: windows take some time to notice that there is one, and what is pressed until then is
    /// lost.
    keyboard: Option<Child>,
}

/// Whom sway runs as where the tests are run by root, which it refuses: Debian's `nobody`.
const NOBODY: u32 = 65534;

/// Refuses to go on without some programs.
fn need(tools: &[&str]) -> Result<(), String> {
    for tool in tools {
        let found = Command::new("which").arg(tool).stdout(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            return Err(format!("`{tool}` is not installed"));
        }
    }
    Ok(())
}

impl Display {
    /// A screen of a size, or why there can be none here; then the test is skipped, which it says.
    pub fn open(width: u32, height: u32) -> Result<Self, String> {
        need(&["Xvfb", "xdotool"])?;
        let screen = format!("{width}x{height}x24");
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Xvfb does not start ({error})"))?;
        let mut number = String::new();
        let stdout = server.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut number).unwrap();
        Ok(Self { server, name: format!(":{}", number.trim()), wayland: None })
    }

    /// The same, of Wayland alone.
    pub fn wayland(width: u32, height: u32) -> Result<Self, String> {
        need(&["sway", "swaymsg", "wtype"])?;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config");
        let config = format!("output HEADLESS-1 resolution {width}x{height}\nxwayland disable\ndefault_border none\n");
        std::fs::write(&file, config).unwrap();
        let mut command = Command::new("sway");
        command.arg("--config").arg(&file).env("XDG_RUNTIME_DIR", folder.path()).env("HOME", folder.path());
        command.envs([("WLR_BACKENDS", "headless"), ("WLR_LIBINPUT_NO_DEVICES", "1"), ("WLR_RENDERER", "pixman")]);
        for other in ["DISPLAY", "WAYLAND_DISPLAY", "SWAYSOCK"] {
            command.env_remove(other);
        }
        if folder.path().metadata().unwrap().uid() == 0 {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            command.uid(NOBODY).gid(NOBODY);
        }
        let spawned = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut server = spawned.map_err(|error| format!("sway does not start ({error})"))?;
        let began = Instant::now();
        let name = loop {
            let names = std::fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.file_name());
            let mut names = names.filter_map(|name| name.into_string().ok());
            if let Some(name) = names.find(|name| name.starts_with("wayland-") && !name.ends_with(".lock")) {
                break name;
            }
            assert!(server.try_wait().unwrap().is_none() && began.elapsed() < PATIENCE, "sway has no display");
            std::thread::sleep(Duration::from_millis(50));
        };
        let mut display = Self { server, name, wayland: Some(Wayland { folder, keyboard: None }) };
        let mut command = Command::new("wtype");
        display.lead(&mut command, Path::new("/nonexistent"));
        let keyboard = command.args(["-s", "100000000", "-k", "space"]).spawn().unwrap();
        display.wayland.as_mut().expect("it was just made").keyboard = Some(keyboard);
        Ok(display)
    }

    /// Leads a program here, and nowhere else.
    fn lead(&self, command: &mut Command, place: &Path) {
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        match &self.wayland {
            None => command.env("DISPLAY", &self.name).env("XDG_RUNTIME_DIR", place),
            Some(Wayland { folder, .. }) => {
                command.env("WAYLAND_DISPLAY", &self.name).env("XDG_RUNTIME_DIR", folder.path())
            }
        };
    }

    /// Whether the window is there; with X11 its number is returned, by which it is asked.
    fn window(&self) -> Option<String> {
        if self.wayland.is_none() {
            let found = self.tool("xdotool", &["search", "--name", "^Crossroads$"]);
            return found.lines().next().map(str::to_owned);
        }
        self.sway(&["-t", "get_tree"]).contains("\"Crossroads\"").then(|| "focused".to_owned())
    }

    /// Presses a key and releases it.
    fn key(&self, name: &str) {
        match self.wayland {
            None => self.tool("xdotool", &["key", name]),
            Some(_) => self.tool("wtype", &["-k", name, "-s", "100"]),
        };
    }

    fn sway(&self, arguments: &[&str]) -> String {
        let folder = self.wayland.as_ref().expect("this display is one of Wayland").folder.path();
        let sockets = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
        let is_ipc =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"sway-ipc"));
        let socket = sockets.into_iter().find(is_ipc).expect("sway answers");
        self.tool("swaymsg", &[&["-s", socket.to_str().unwrap()], arguments].concat())
    }

    /// Puts another layout on its keyboard.
    pub fn layout(&self, name: &str) {
        assert!(self.wayland.is_none(), "setxkbmap is of X11");
        let status = Command::new("setxkbmap").arg(name).env("DISPLAY", &self.name).status().unwrap();
        assert!(status.success());
    }

    /// Ends it, as when a session is closed under its programs.
    pub fn die(&self) {
        let status = Command::new("kill").arg(self.server.id().to_string()).status().unwrap();
        assert!(status.success());
    }

    fn tool(&self, name: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(name);
        self.lead(&mut command, Path::new("/nonexistent"));
        let output = command.args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Some(keyboard) = self.wayland.as_mut().and_then(|wayland| wayland.keyboard.as_mut()) {
            keyboard.kill().unwrap();
            keyboard.wait().unwrap();
        }
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

/// The real program with its window.
pub struct Game<'a> {
    display: &'a Display,
    folder: PathBuf,
    child: Child,
    window: String,
}

impl<'a> Game<'a> {
    /// Starts it in a place, and waits until its window shows something; or tells that there is no graphics driver.
    pub fn start(display: &'a Display, place: &Place, arguments: &[&str]) -> Result<Self, String> {
        Self::start_with(display, place, arguments, &[])
    }

    /// The same, with variables of the environment.
    pub fn start_with(
        display: &'a Display,
        place: &Place,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Self, String> {
        let mut command = place.crossroads(arguments);
        display.lead(&mut command, &place.path(""));
        command.envs(variables.iter().copied());
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut game = Self { display, folder: place.path(""), child, window: String::new() };
        let began = Instant::now();
        while game.window.is_empty() {
            if game.child.try_wait().unwrap().is_some() {
                let said = game.said();
                assert!(said.contains("driver"), "it ended at once: {said}");
                return Err(said);
            }
            assert!(began.elapsed() < PATIENCE, "no window");
            std::thread::sleep(Duration::from_millis(100));
            game.window = display.window().unwrap_or_default();
        }
        // Sway gives the keyboard to what opens.
        if display.wayland.is_none() {
            display.tool("xdotool", &["windowfocus", "--sync", &game.window]);
        }
        game.shot("first");
        Ok(game)
    }

    fn said(&mut self) -> String {
        let mut said = String::new();
        if let Some(stderr) = self.child.stderr.as_mut() {
            std::io::Read::read_to_string(stderr, &mut said).unwrap();
        }
        said
    }

    /// Presses a key and releases it.
    pub fn key(&self, name: &str) {
        self.display.key(name);
    }

    /// Presses a key, and lets time pass.
    pub fn key_and_wait(&self, name: &str, milliseconds: u64) {
        self.key(name);
        std::thread::sleep(Duration::from_millis(milliseconds));
    }

    /// Changes the window's size.
    pub fn resize(&self, width: u32, height: u32) {
        assert!(self.display.wayland.is_none(), "xdotool is of X11");
        self.display.tool("xdotool", &["windowsize", &self.window, &width.to_string(), &height.to_string()]);
    }

    /// Has the game save a picture of its window, keeps it under `target/`, and returns it.
    pub fn shot(&self, name: &str) -> image::RgbImage {
        let saved = || std::fs::read_dir(&self.folder).unwrap().flatten().map(|entry| entry.path());
        let is_picture = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "png");
        saved().filter(is_picture).for_each(|old| std::fs::remove_file(old).unwrap());
        let began = Instant::now();
        let mut asked: Option<Instant> = None;
        loop {
            assert!(began.elapsed() < PATIENCE, "no picture `{name}`");
            // A key that is pressed while the window opens may be lost.
            if asked.is_none_or(|asked| asked.elapsed() > Duration::from_secs(10)) {
                self.key("F12");
                asked = Some(Instant::now());
            }
            std::thread::sleep(Duration::from_millis(100));
            if let Some(picture) = saved().find(is_picture).and_then(|path| image::open(path).ok()) {
                let picture = picture.to_rgb8();
                picture.save(artefact(name)).unwrap();
                return picture;
            }
        }
    }

    /// Waits until the window shows something else than a picture of it, and returns what. Not one shot only: on a busy
    /// machine the last key and the one that asks for the shot arrive together, before the screen has changed.
    pub fn shot_unlike(&self, before: &image::RgbImage, name: &str) -> image::RgbImage {
        let began = Instant::now();
        loop {
            let now = self.shot(name);
            let changed = before.pixels().zip(now.pixels()).filter(|(before, now)| before != now).count();
            if changed > 2000 {
                return now;
            }
            assert!(began.elapsed() < PATIENCE, "`{name}`: only {changed} pixels differ");
        }
    }

    /// Waits until something holds.
    pub fn until(&mut self, what: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(self.child.try_wait().unwrap().is_none(), "it ended while it should {what}: {}", self.said());
            assert!(began.elapsed() < PATIENCE, "it did not {what}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Closes the window as a window manager does, and waits for the program's good end.
    pub fn close(mut self) {
        let _until_it_is_heard = match self.display.wayland {
            None => Some(self.ask_to_close()),
            Some(_) => {
                self.display.sway(&["kill"]);
                None
            }
        };
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "it does not close");
            std::thread::sleep(Duration::from_millis(50));
        }
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}: {}", self.said());
    }

    /// What comes back keeps the message on its way.
    fn ask_to_close(&self) -> impl Sized + use<> {
        let (connection, _) = x11rb::connect(Some(&self.display.name)).unwrap();
        let atom = |name: &str| connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
        let window = self.window.parse().unwrap();
        let data = [atom("WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
        let message = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), data);
        connection.send_event(false, window, EventMask::NO_EVENT, message).unwrap();
        connection.flush().unwrap();
        connection
    }

    /// Waits for its end, and returns the code and what it said.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(50));
        }
        (self.child.wait().unwrap().code(), self.said())
    }

    /// Ends it with SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Game<'_> {
    fn drop(&mut self) {
        // Where a test has failed or is done with it; one that has ended cannot be killed again, which is no failure.
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}

/// Where a screenshot is kept.
pub fn artefact(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screens");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.png"))
}
