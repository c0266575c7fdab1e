// C's side of the bench: the operations of assembly/optim/adam.ts (adamPlain), in its order, on one thread.
//
//     gcc -O3 -fno-math-errno -msse4.1 adam.c -o adam -lm && echo 500 | ./adam 1000000
//
// Its first line says what it is. Then it answers every line with a number of milliseconds by the nanoseconds of one step, the median over about
// so long.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void adam(float *restrict p, const float *restrict g, float *restrict m, float *restrict v, size_t n, float scale, float keep, float w,
                 float beta2, float beta2Rest, float sqrtBc2, float eps, float step) {
  for (size_t i = 0; i < n; i++) {
    float gi = g[i] * scale;
    float mi = m[i] + w * (gi - m[i]);
    float vi = v[i] * beta2 + beta2Rest * gi * gi;
    m[i] = mi;
    v[i] = vi;
    float d = sqrtf(vi) / sqrtBc2 + eps;
    p[i] = p[i] * keep + step * mi / d;
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static float normal(void) {
  double u = (rand() + 0.5) / (RAND_MAX + 1.0), w = (rand() + 0.5) / (RAND_MAX + 1.0);
  return sqrt(-2 * log(u)) * cos(6.283185307179586 * w);
}

static double b1t = 1, b2t = 1;

static void step(float *p, float *g, float *m, float *v, size_t n) {
  if (b1t < 1e-300) b1t = 1;
  b1t *= 0.9;
  b2t *= 0.999;
  adam(p, g, m, v, n, 1, 1, 1 - 0.9, 0.999, 1 - 0.999, sqrt(1 - b2t), 1e-8, -1e-3 / (1 - b1t));
}

#define SAMPLES 100000
static double samples[SAMPLES];

int main(int argc, char **argv) {
  size_t n = strtoull(argv[argc - 1], 0, 10), bytes = (n * sizeof(float) + 63) & ~(size_t)63;
  float *a[4];
  for (int k = 0; k < 4; k++) a[k] = aligned_alloc(64, bytes);
  for (size_t i = 0; i < n; i++) {
    a[0][i] = normal();
    a[1][i] = normal();
    a[2][i] = a[3][i] = 0;
  }
  for (size_t done = 0; done < 2000000; done += n) step(a[0], a[1], a[2], a[3], n);
  printf("{\"title\": \"C, gcc %s\"}\n", __VERSION__);
  fflush(stdout);

  // As many steps between two looks at the clock as take about 50 microseconds.
  size_t batch = 50000 / n + 1;
  double budget;
  while (scanf("%lf", &budget) == 1) {
    size_t count = 0;
    for (double end = now() + budget * 1e6; count < 3 || (count < SAMPLES && now() < end); count++) {
      double start = now();
      for (size_t i = 0; i < batch; i++) step(a[0], a[1], a[2], a[3], n);
      samples[count] = (now() - start) / batch;
    }
    qsort(samples, count, sizeof(double), ascending);
    printf("{\"nanoseconds\": %f}\n", samples[count / 2]);
    fflush(stdout);
  }
  return 0;
}
