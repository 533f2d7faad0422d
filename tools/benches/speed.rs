//! `cargo bench`: kernels, camera, episode files and training steps, each by itself.

use std::hint::black_box;

use burn::tensor::{Device, Distribution, Tensor};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use crossroads::camera::Camera;
use crossroads::episode::{DataSet, Episode, read, to_bytes};
use crossroads::game::{RecordJob, record};
use crossroads::kernel::{AdamStep, adam, average, chosen, conv2d, group_norm, leaky_relu, moved_maps, tanh};
use crossroads::progress::Silent;
use crossroads::scene::Scene;
use crossroads::train::{Recipe, time_steps};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Default, device)
}

/// Each way, on the sizes of the networks' largest maps.
fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("kernel");
    let device = Device::flex();
    let sizes = [
        ("3x3", [8, 48, 32, 32], [24, 48, 3, 3], 1),
        ("4x4 half", [8, 12, 64, 64], [24, 12, 4, 4], 2),
        ("4x4 half to 2x2", [8, 128, 4, 4], [128, 128, 4, 4], 2),
    ];
    for (name, x, weight, stride) in sizes {
        let (plain_x, plain_weight) = (random(x, &device), random(weight, &device));
        group.bench_function(format!("conv {name}, there"), |bencher| {
            bencher.iter(|| conv2d(plain_x.clone(), plain_weight.clone(), None, stride, 1));
        });
        let tracked = device.clone().autodiff();
        let (x, weight) = (random(x, &tracked).require_grad(), random(weight, &tracked).require_grad());
        group.bench_function(format!("conv {name}, there and back"), |bencher| {
            bencher.iter(|| conv2d(x.clone(), weight.clone(), None, stride, 1).sum().backward());
        });
    }
    let x: Tensor<4> = random([16, 24, 32, 32], &device);
    group.bench_function("leaky ReLU", |bencher| bencher.iter(|| leaky_relu(black_box(x.clone()), 0.2)));
    group.bench_function("tanh", |bencher| bencher.iter(|| tanh(black_box(x.clone()))));
    let (scale, shift) = (random([16, 24], &device), random([16, 24], &device));
    group.bench_function("group norm, there", |bencher| {
        bencher.iter(|| group_norm(black_box(x.clone()), 8, scale.clone(), shift.clone(), 0.2));
    });
    let tracked = device.clone().autodiff();
    let x: Tensor<4> = random([16, 24, 32, 32], &tracked).require_grad();
    let [scale, shift] = [(); 2].map(|()| random([16, 24], &tracked).require_grad());
    group.bench_function("group norm, there and back", |bencher| {
        bencher.iter(|| group_norm(x.clone(), 8, scale.clone(), shift.clone(), 0.2).sum().backward());
    });
    let map: Tensor<4> = random([8, 32, 16, 16], &tracked).require_grad();
    let [matrices, weights] = [[256, 8 * 256], [8 * 32, 9]].map(|shape| random(shape, &tracked).require_grad());
    let weights: Tensor<4> = weights.reshape([1, 8, 32, 9]);
    group.bench_function("moves and a choice among them, there and back", |bencher| {
        bencher.iter(|| chosen(weights.clone(), moved_maps(map.clone(), matrices.clone(), 8.0)).sum().backward());
    });
    // As many numbers as the generator has.
    let [weights, gradient, first, second] = [(); 4].map(|()| random([1_200_000], &device));
    let step = AdamStep { betas: (0.5, 0.99), rate: 1e-4, time: 10, epsilon: 1e-8 };
    group.bench_function("Adam", |bencher| {
        bencher.iter(|| {
            let moments = Some([first.clone(), second.clone()]);
            adam(black_box(weights.clone()), gradient.clone(), moments, step)
        });
    });
    group.bench_function("average", |bencher| {
        bencher.iter(|| average(black_box(weights.clone()), gradient.clone(), 0.995));
    });
}

fn camera(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("camera");
    for (name, scene, size, supersampling) in [
        ("64x64 from 128x128", "brick", (64, 64), 2),
        ("160x120", "brick", (160, 120), 1),
        ("64x64 from above", "arcade", (64, 64), 3),
    ] {
        let (mut scene, _) = Scene::load(scene).expect("a scene in the box");
        (scene.camera.width, scene.camera.height) = size;
        scene.camera.supersampling = supersampling;
        let camera = Camera::new(&scene, None).expect("textures in the box");
        let maze = scene.maze(1);
        let (mut agent, mut policy) = scene.spawn(&maze, 1);
        let mut pixels = vec![0; camera.frame_bytes()];
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let action = policy.decide(&agent, &maze);
                agent.tick(&maze, action);
                camera.draw(&maze, agent.pose(), &mut pixels);
            });
        });
    }
}

fn store(criterion: &mut Criterion) {
    let (scene, _) = Scene::load("brick").expect("a scene in the box");
    let camera = Camera::new(&scene, None).expect("textures in the box");
    let maze = scene.maze(1);
    let (mut agent, mut policy) = scene.spawn(&maze, 1);
    let mut episode = Episode::begin(&camera, &maze, &agent, 128);
    for _ in 0..128 {
        let wish = policy.decide(&agent, &maze);
        let done = agent.tick(&maze, wish);
        episode.record(&camera, &maze, &agent, done);
    }
    let bytes = to_bytes(&episode).expect("a whole episode");
    let mut group = criterion.benchmark_group("store");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("write an episode", |bencher| bencher.iter(|| to_bytes(&episode)));
    group.bench_function("read an episode", |bencher| bencher.iter(|| read(&bytes)));
}

fn step(criterion: &mut Criterion) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (scene, _) = Scene::load("brick").expect("a scene in the box");
    let job = RecordJob { threads: 2, ..RecordJob::new(scene, place.path().join("data"), 24) };
    record(job.clone(), Box::new(Silent)).expect("a recording");
    let data = DataSet::open(&job.out, "train", false).expect("what was recorded");
    let mut group = criterion.benchmark_group("step");
    group.sample_size(20);
    for (name, recipe, share) in [("regression", "regression", 0.5), ("gan, warm", "gan", 0.25), ("gan", "gan", 0.9)] {
        let recipe = Recipe::load(recipe).expect("a recipe in the box");
        let place = [(recipe.steps as f64 * share) as u64];
        group.bench_function(name, |bencher| {
            // Building the networks is not part of a step; the loop times its steps itself.
            bencher.iter_custom(|count| {
                time_steps(&recipe, "flex", std::slice::from_ref(&data), &place, count).expect("steps")[0].iter().sum()
            });
        });
    }
}

criterion_group!(benches, kernels, camera, store, step);
criterion_main!(benches);
