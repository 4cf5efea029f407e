//! The program `gongzhi`: its command line, its settings, its own PostgreSQL,
//! HTTP and background jobs. It serves what `gongzhi-app` shows and what
//! `gongzhi-store` remembers, and decides nothing itself.

pub mod cli;
pub mod config;
pub mod database;
pub mod demo;
mod evidence;
pub mod http;
pub mod jobs;
mod keys;
mod logging;
pub mod serve;
mod tls;
