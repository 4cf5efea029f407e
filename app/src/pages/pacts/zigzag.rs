//! The path 三上三下一签 as it is drawn: up at the committee, down among the residents, and the red seal at its end. The drawing
//! is decoration; the same is said in words beside it.

use gongzhi_domain::pact::{Passed, Point, Stage, Step, zigzag};
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use crate::visit::Visit;

/// How far apart two points lie, and where the first one stands.
const APART: u32 = 42;
const FIRST: u32 = 26;
/// The heights of the two rows, and of the names over and under them.
const UP: u32 = 44;
const DOWN: u32 = 98;
const OVER: u32 = 26;
const UNDER: u32 = 124;
/// The seal: where it begins, how large it is.
const SEAL: u32 = 300;
const SEAL_SIZE: u32 = 46;

/// The path of a pact.
#[component]
pub fn Zigzag(
    /// Where it is.
    stage: Stage,
    /// The days that are left, under the point where the pact is; under the seal while it is signed, or what it is then.
    #[prop(optional_no_strip)]
    caption: Option<String>,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let steps = zigzag(stage);
    let words = steps.iter().map(|step| {
        let current = (step.passed == Passed::Now).then_some("step");
        let text = format!("{} · {}", pact_terms::point(step.point, lang), pact_terms::passed(step.passed, lang));
        view! { <li aria-current=current>{text}</li> }
    });
    let words = words.collect_view();
    let drawn: Vec<Step> = steps.into_iter().filter(|step| step.point < Point::Sign).collect();
    let lines = drawn.iter().enumerate().map(|(at, _)| line(&steps, at)).collect_view();
    let points = drawn.iter().enumerate().map(|(at, step)| point(*step, at)).collect_view();
    let kept = matches!(stage, Stage::InForce);
    let reached = matches!(stage, Stage::Sign | Stage::Publish | Stage::InForce);
    let seal = if kept { td_string!(lang, pacts.seal_kept) } else { td_string!(lang, pacts.seal) };
    let seal_class = if reached { "zigzag-seal zigzag-seal-reached" } else { "zigzag-seal" };
    let middle = SEAL + SEAL_SIZE / 2;
    let now = drawn.iter().position(|step| step.passed == Passed::Now);
    let at = now.and_then(|at| drawn.get(at).map(|step| under(at, step.point))).unwrap_or((middle, 88));
    view! {
        <figure class="zigzag">
            <svg viewBox="0 -6 372 154" aria-hidden="true" focusable="false">
                {lines}
                {points}
                <g class=seal_class>
                    <rect x=SEAL.to_string() y="20" width=SEAL_SIZE.to_string() height=SEAL_SIZE.to_string() rx="6"></rect>
                    <text x=middle.to_string() y="53" text-anchor="middle" class="zigzag-seal-word">{seal}</text>
                </g>
                {caption.map(|caption| view! {
                    <text x=at.0.to_string() y=at.1.to_string() text-anchor="middle" class="zigzag-caption">{caption}</text>
                })}
            </svg>
            <ol class="hidden-text" aria-label=td_string!(lang, pacts.path)>{words}</ol>
        </figure>
    }
}

/// Where the days stand beside a point: a row from its name, far enough from the edge to be read.
fn under(at: usize, point: Point) -> (u32, u32) {
    let (x, _) = place(at, point);
    (x.max(2 * FIRST), if point.is_up() { OVER - 16 } else { UNDER + 18 })
}

fn place(at: usize, point: Point) -> (u32, u32) {
    let x = FIRST + u32::try_from(at).unwrap_or_default() * APART;
    (x, if point.is_up() { UP } else { DOWN })
}

/// From a point to the one after it; from the last one to the seal.
fn line(steps: &[Step; 9], at: usize) -> AnyView {
    let (Some(from), Some(to)) = (steps.get(at), steps.get(at + 1)) else { return ().into_any() };
    let (x1, y1) = place(at, from.point);
    let (x2, y2) = if to.point == Point::Sign { (SEAL, UP) } else { place(at + 1, to.point) };
    let class = if to.passed == Passed::Later { "zigzag-line zigzag-line-later" } else { "zigzag-line" };
    view! { <line class=class x1=x1.to_string() y1=y1.to_string() x2=x2.to_string() y2=y2.to_string()></line> }
        .into_any()
}

fn point(step: Step, at: usize) -> AnyView {
    let lang = Visit::current().lang;
    let (x, y) = place(at, step.point);
    let (class, radius) = match step.passed {
        Passed::Done => ("zigzag-point", "6.5"),
        Passed::Now => ("zigzag-point zigzag-point-now", "8"),
        Passed::Later => ("zigzag-point zigzag-point-later", "6"),
    };
    let word = if step.point.is_up() { OVER } else { UNDER };
    let name = if step.passed == Passed::Now { "zigzag-name zigzag-name-now" } else { "zigzag-name" };
    view! {
        <circle class=class cx=x.to_string() cy=y.to_string() r=radius></circle>
        <text class=name x=x.to_string() y=word.to_string() text-anchor="middle">{pact_terms::point(step.point, lang)}</text>
    }
    .into_any()
}
