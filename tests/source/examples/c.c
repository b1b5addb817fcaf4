/* Adds. */
static int *add(int a, int b) { return 0; }

struct point { int x, y; };
typedef struct { int n; } count_t;
typedef enum { RED, GREEN } color;
enum level { LOW, HIGH };

#ifdef DEBUG
void trace(const char *text) { puts(text); }
#endif

int old_style(a, b) int a; int b; { return a; }
int declared_only(int a);
int (*chooser(int which))(int) { return 0; }
