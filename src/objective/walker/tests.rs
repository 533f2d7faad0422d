//! What a gradient can do for decisions, on all walks of four of them in a small maze.

use burn::module::{ModuleVisitor, Param};
use burn::tensor::Gradients;

use super::losses::straight_through;
use super::*;
use crate::agent::{Agent, Gait};
use crate::maze::{Corner, Heading, Maze};
use crate::predict::Sight;

const LENGTH: usize = 4;

/// A T, from the foot of its stem.
fn world() -> World {
    let rows = ["#######", "#.....#", "###.###", "###.###", "#######"].map(str::to_owned);
    let gait = Gait { ticks_per_cell: 1, ticks_per_quarter: 1, slip: None, crossings: false };
    let start = Agent::arrived_at(Corner { x: 3, y: 3, heading: Heading::North }, gait);
    let actions = vec![Action::Forward, Action::Forward, Action::Left, Action::Forward];
    World::of(Maze::draw(&rows, 0).unwrap(), start, actions, Sight { reach: 2, every: 2 })
}

fn networks() -> (WalkNet, WalkJudge) {
    let device = Device::flex().autodiff();
    let inputs = Sight { reach: 2, every: 2 }.inputs();
    let net = WalkNet::new(inputs, 8, &mut Init::new(5, &device));
    // Numbered as a learner numbers it, so that gradients find its parameters.
    let net = Learner::new("walker", net, (0.0, 0.0)).model;
    (net, WalkJudge::new(MOVE, 8, &mut Init::numbered(5, 1, &device)))
}

/// Every walk that there is, 81 of them.
fn every_walk(world: &World) -> Vec<Walk> {
    let from = world.draw(1, &mut stream(1, Purpose::Example, &[])).remove(0);
    let actions =
        |number: usize| (0..LENGTH as u32).map(|place| Action::ALL[number / 3_usize.pow(place) % 3]).collect();
    (0..81).map(|number| Walk { actions: actions(number), mirrored: false, ..from.clone() }).collect()
}

fn device() -> Device {
    Device::flex().autodiff()
}

fn seen(world: &World, walks: &[Walk]) -> Tensor<3> {
    tensor(walks, |walk| world.seen(walk), &device())
}

fn moves(world: &World, walks: &[Walk]) -> Tensor<3> {
    tensor(walks, |walk| world.moves(walk), &device())
}

fn values(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().try_to_vec::<f32>().unwrap()
}

/// The probability of each walk, `[walks]`.
fn odds(net: &WalkNet, world: &World, walks: &[Walk]) -> Tensor<1> {
    let log_odds = net.log_odds(seen(world, walks)) * decided(walks, &device());
    log_odds.sum_dim(2).sum_dim(1).reshape([walks.len()]).exp()
}

fn rewards(judge: &WalkJudge, world: &World, walks: &[Walk]) -> Vec<f32> {
    values(sigmoid(judge.score(moves(world, walks))))
}

/// The expected reward over all walks: `[1]`.
fn expected(net: &WalkNet, world: &World, walks: &[Walk], rewards: &[f32]) -> Tensor<1> {
    let rewards = Tensor::from_data(TensorData::new(rewards.to_vec(), [walks.len()]), &device());
    (odds(net, world, walks) * rewards).sum()
}

/// A network's gradient, parameter after parameter.
fn gradient(net: &WalkNet, gradients: &Gradients) -> Vec<f32> {
    struct Collect<'a>(&'a Gradients, Vec<f32>);
    impl ModuleVisitor for Collect<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = param.val().grad(self.0);
            self.1.extend(gradient.map_or(Vec::new(), |tensor| tensor.into_data().try_to_vec::<f32>().unwrap()));
        }
    }
    let mut collect = Collect(gradients, Vec::new());
    net.visit(&mut collect);
    collect.1
}

/// The walk that goes the likeliest way at every decision.
fn greedy(net: &WalkNet, world: &World) -> Walk {
    let plain = net.plain();
    let mut walk = every_walk(world).remove(0);
    let (mut agent, mut last, mut state) = (walk.start, None, plain.blank());
    for (done, action) in walk.actions.iter_mut().enumerate() {
        let odds = plain.odds(&world.sight().at(world.maze(0), &agent, done, last, false), &mut state);
        let best = (0..3).max_by(|&one, &other| odds[one].total_cmp(&odds[other])).unwrap();
        *action = Action::ALL[best];
        agent.tick(world.maze(0), *action);
        last = Some(*action);
    }
    walk
}

/// A small step against a gradient.
fn stepped(net: &WalkNet, gradients: Gradients, rate: f64) -> WalkNet {
    let mut learner = Learner::new("walker", net.clone(), (0.0, 0.0));
    let gradients = GradientsParams::from_grads(gradients, net);
    learner.step(rate, [gradients]);
    learner.model
}

/// How far the plain net's odds of all walks are apart, to see that a step is one.
fn moved(one: &WalkNet, other: &WalkNet, world: &World, walks: &[Walk]) -> f32 {
    let [one, other] = [one, other].map(|net| values(odds(net, world, walks)));
    one.iter().zip(&other).map(|(one, other)| (one - other).abs()).sum()
}

#[test]
#[expect(clippy::print_stdout, reason = "it is the table of docs/models/walker.md; `--nocapture` shows it")]
fn a_step_along_the_straight_through_gradient_changes_no_output_and_one_along_the_policy_gradient_does() {
    let world = world();
    let (net, judge) = networks();
    let walks = every_walk(&world);
    let rewards_before = rewards(&judge, &world, &walks);
    let before = greedy(&net, &world);
    let asked = std::slice::from_ref(&before);
    let score = |walk: &Walk| values(judge.score(moves(&world, std::slice::from_ref(walk))))[0];
    let value = |net: &WalkNet| expected(net, &world, &walks, &rewards_before).into_scalar::<f32>();

    // The decisions of argmax alone have no gradient, those that pretend to have been the odds do.
    let pretending = || {
        let pretended = straight_through(net.log_odds(seen(&world, asked)), decided(asked, &device()));
        let ways = moves(&world, asked).narrow(2, 3, 3);
        judge.score(Tensor::cat(vec![pretended, ways], 2)).sum().neg()
    };
    let loss = pretending();
    assert!((loss.clone().into_scalar::<f32>() + score(&before)).abs() < 1e-5, "forward it is the argmax");
    let found = gradient(&net, &loss.backward());
    assert!(found.iter().any(|value| value.abs() > 1e-6), "it has a gradient");

    println!(
        "| each weight moves by | straight-through: words changed | its score | policy gradient: expected reward |"
    );
    let mut gained = Vec::new();
    for rate in [1e-5, 1e-4, 1e-3] {
        let after = stepped(&net, pretending().backward(), rate);
        assert!(moved(&net, &after, &world, &walks) > rate as f32 / 10.0, "the step was one");
        let walk = greedy(&after, &world);
        let changed = walk.actions.iter().zip(&before.actions).filter(|(after, before)| after != before).count();
        let better = score(&walk) - score(&before);
        let policy = exact_policy_loss(&net, &world, &walks, &rewards_before).backward();
        let gain = value(&stepped(&net, policy, rate)) - value(&net);
        println!("| {rate} | {changed} of {LENGTH} | {better:+.6} | {gain:+.6} |");
        assert_eq!((changed, better), (0, 0.0), "the output is what it was");
        gained.push(gain);
    }
    assert!(gained[0] > 0.0);
    // A gradient is what a small step gains: ten times the step, ten times the gain.
    assert!(gained.windows(2).all(|pair| (5.0..20.0).contains(&(pair[1] / pair[0]))), "{gained:?}");
}

/// The policy gradient's loss with every walk as often as it is drawn, and with exact values before each decision.
fn exact_policy_loss(net: &WalkNet, world: &World, walks: &[Walk], rewards: &[f32]) -> Tensor<1> {
    let odds = values(odds(net, world, walks));
    let advantages = walks.iter().zip(rewards).zip(&odds).flat_map(|((walk, &reward), share)| {
        let value = |done: usize| {
            let begins = |other: &&Walk| other.actions[..done] == walk.actions[..done];
            let all = walks.iter().zip(rewards.iter().zip(&odds));
            let all: Vec<_> = all.filter(|(other, _)| begins(other)).map(|(_, pair)| pair).collect();
            let odds: f32 = all.iter().map(|(_, odds)| **odds).sum();
            vec![all.iter().map(|(reward, share)| **reward * **share).sum::<f32>() / odds]
        };
        let before: Vec<Vec<f32>> = (0..LENGTH).map(value).collect();
        advantages(&before, reward).into_iter().map(move |advantage| advantage * share * 81.0)
    });
    let advantages = TensorData::new(advantages.collect::<Vec<f32>>(), [walks.len(), LENGTH]);
    let advantages = Tensor::from_data(advantages, &device());
    policy_loss(net.log_odds(seen(world, walks)), decided(walks, &device()), advantages)
}

#[test]
fn the_policy_gradient_is_that_of_the_expected_reward() {
    let world = world();
    let (net, judge) = networks();
    let walks = every_walk(&world);
    let rewards = rewards(&judge, &world, &walks);
    assert!((values(odds(&net, &world, &walks)).iter().sum::<f32>() - 1.0).abs() < 1e-5);
    let direct = gradient(&net, &expected(&net, &world, &walks, &rewards).backward());
    let policy = gradient(&net, &exact_policy_loss(&net, &world, &walks, &rewards).backward());
    let size = direct.iter().map(|value| value.abs()).fold(0.0, f32::max);
    assert!(size > 1e-5 && direct.len() == policy.len());
    for (direct, policy) in direct.iter().zip(&policy) {
        assert!((direct + policy).abs() < 1e-3 * size + 1e-7, "{direct} {policy}");
    }
}

#[test]
fn legality_and_what_the_discriminator_is_told_follow_the_maze() {
    let world = world();
    let walks = every_walk(&world);
    let recorded = world.draw(1, &mut stream(1, Purpose::Example, &[])).remove(0);
    assert!(world.is_legal(&recorded));
    let legal: Vec<&Walk> = walks.iter().filter(|walk| world.is_legal(walk)).collect();
    assert_eq!(legal.len(), 2, "left or right at the corner, and on");
    let told = world.moves(&recorded);
    assert_eq!(told[..MOVE], [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], "ahead, where only ahead is open");
    assert_eq!(told[2 * MOVE..3 * MOVE], [0.0, 1.0, 0.0, 0.0, 1.0, 1.0], "left at the corner");
    let mirror = Walk { mirrored: true, ..recorded };
    assert_eq!(world.moves(&mirror)[2 * MOVE..3 * MOVE], [0.0, 0.0, 1.0, 0.0, 1.0, 1.0], "right in a mirror");
}
